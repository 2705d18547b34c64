// SPDX-License-Identifier: Apache-2.0
#include "check.hpp"

#include <algorithm>
#include <bit>

#include "../format/names.hpp"
#include "subject.hpp"

namespace runphi::jailhouse {

void Report::error(std::string where, std::string what) {
    if (errors_.size() == most_findings) {
        ++left_out_;
    } else {
        errors_.push_back({Severity::error, std::move(where), std::move(what)});
    }
}

void Report::warning(std::string where, std::string what) {
    if (warnings_.size() == most_findings) return;
    warnings_.push_back({Severity::warning, std::move(where), std::move(what)});
}

std::vector<Finding> Report::take() {
    std::vector<Finding> out = std::move(errors_);
    if (left_out_ > 0) {
        out.push_back({Severity::error, "and so on", std::to_string(left_out_) + " more errors"});
    }
    out.insert(out.end(), warnings_.begin(), warnings_.end());
    return out;
}

Span span_of(std::uint64_t base, std::uint64_t size) {
    const std::uint64_t last = base + (size - 1);
    return {base, last < base ? UINT64_MAX : last};
}

// Every way of the cache gives it as many pages as it has colours
// (hypervisor/arch/arm64/coloring.c).
Span phys(const Region& region, const System& system) {
    const std::uint64_t pages = static_cast<std::uint64_t>(std::popcount(region.colors));
    const std::uint64_t way = system.color.way_size;
    if (!region.has(region_flag::colored) || pages == 0 || way == 0) {
        return span_of(region.phys_start, region.size);
    }
    const std::uint64_t ways = (region.size - 1) / (pages * page_size) + 1;
    return span_of(region.phys_start, ways > UINT64_MAX / way ? UINT64_MAX : ways * way);
}

bool is_memory(const Region& region) {
    return (region.flags & (region_flag::io | access_widths)) == 0;
}

bool have_different_colours(const Region& a, const Region& b) {
    const auto colored = region_flag::colored;
    return a.has(colored) && b.has(colored) && (a.colors & b.colors) == 0;
}

std::string to_string(const Span& span) {
    return hex(span.first) + "-" + hex(span.last);
}

std::string name_of(const Cell& cell) {
    std::string out = "cell \"";
    for (const char letter : cell.name) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool plain = byte >= ' ' && byte < 0x7f && letter != '"' && letter != '\\';
        out += plain ? std::string(1, letter) : "\\" + hex(byte).substr(1);
    }
    return out + "\"";
}

std::string name_of(const Cell& cell, std::size_t region) {
    const Region& is = cell.regions[region];
    const Span span = is.has(region_flag::comm_region) ? virt(is) : span_of(is.phys_start, is.size);
    return name_of(cell) + ", memory region " + std::to_string(region) + " (" +
           (is.size == 0 ? "empty" : to_string(span)) + ")";
}

std::vector<Finding> check(const System& system, const std::vector<Cell>& cells, Layout layout) {
    Report report;
    const Subject subject{system, cells, layout, report};
    for (const auto part :
         {check_system, check_identity, check_cpus, check_regions, check_placement, check_sharing,
          check_interrupts, check_pci, check_ivshmem, check_ports}) {
        part(subject);
    }
    return report.take();
}

bool has_error(const std::vector<Finding>& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& one) { return one.severity == Severity::error; });
}

}  // namespace runphi::jailhouse

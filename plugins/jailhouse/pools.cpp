// SPDX-License-Identifier: Apache-2.0
#include "pools.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <runphi/sdk.hpp>

#include "format/names.hpp"

namespace runphi::jailhouse {

namespace {

constexpr std::uint64_t unit = 2U << 20;

bool is_ram(const Region& region) {
    using namespace region_flag;
    constexpr std::uint64_t wanted = read | write | execute;
    return region.size != 0 && region.has(wanted) && (region.flags & (io | rootshared)) == 0;
}

// The hypervisor supplies the communication region itself.
bool is_backed(const Region& region) {
    return region.size != 0 && !region.has(region_flag::comm_region);
}

// "40000000-6fffffff : System RAM"; a line that begins with a space is part of the one above.
std::optional<Claim> parse_line(std::string_view line) {
    const bool part = line.starts_with(' ');
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const auto colon = line.find(" : "), dash = line.find('-');
    if (colon == line.npos || dash >= colon) return std::nullopt;
    const char* text = line.data();
    std::uint64_t first = 0, last = 0;
    const auto begin = std::from_chars(text, text + dash, first, 16);
    const auto end = std::from_chars(text + dash + 1, text + colon, last, 16);
    if (begin.ec != std::errc() || begin.ptr != text + dash) return std::nullopt;
    if (end.ec != std::errc() || end.ptr != text + colon || last < first) return std::nullopt;
    Claim out{{first, last == UINT64_MAX ? last : last + 1}, std::string(line.substr(colon + 3))};
    return part && out.name != hypervisor_claim ? std::nullopt : std::optional(std::move(out));
}

// Memory that Linux was told to leave alone. It has no use for it, so that a cell may have one.
bool is_left_alone(const Claim& claim) {
    return claim.name == "reserved" || claim.name == "Reserved";
}

std::vector<Extent> united(std::vector<Extent> extents) {
    std::sort(extents.begin(), extents.end(),
              [](const Extent& a, const Extent& b) { return a.first < b.first; });
    std::vector<Extent> out;
    for (const Extent& one : extents) {
        if (!out.empty() && one.first <= out.back().end) {
            out.back().end = std::max(out.back().end, one.end);
        } else {
            out.push_back(one);
        }
    }
    return out;
}

}  // namespace

std::vector<Claim> parse_iomem(std::string_view iomem) {
    std::vector<Claim> out;
    bool told = false;
    for (std::size_t at = 0; at < iomem.size();) {
        const std::size_t end = std::min(iomem.find('\n', at), iomem.size());
        if (auto claim = parse_line(iomem.substr(at, end - at))) {
            // Without privilege all addresses are 0.
            told = told || (claim->name == "System RAM" && claim->where.end > 1);
            out.push_back(std::move(*claim));
        }
        at = end + 1;
    }
    if (told) return out;
    throw sdk::Error(sdk::Code::denied,
                     "/proc/iomem does not tell what memory Linux uses: read it as root");
}

std::vector<Extent> free_memory(const System& system, const std::vector<Claim>& linux_claims,
                                const std::vector<Cell>& others) {
    std::vector<Extent> out;
    for (const Region& region : system.root_cell.regions) {
        if (is_ram(region)) out.push_back(extent_of(region.phys_start, region.size));
    }
    out = united(std::move(out));
    const auto without = [&](const Region& region) {
        if (is_backed(region)) subtract(out, extent_of(region.phys_start, region.size));
    };
    for (const Region& region : system.root_cell.regions) {
        if (!is_ram(region)) without(region);
    }
    without(system.hypervisor_memory);
    for (const Cell& cell : others) {
        for (const Region& region : cell.regions) without(region);
    }
    for (const Claim& claim : linux_claims) {
        if (!is_left_alone(claim)) subtract(out, claim.where);
    }
    keep_whole_units(out);
    return out;
}

void keep_whole_units(std::vector<Extent>& extents) {
    for (Extent& one : extents) {
        const std::uint64_t over = one.first % unit;
        if (over != 0) {
            one.first =
                one.first > UINT64_MAX - (unit - over) ? UINT64_MAX : one.first + unit - over;
        }
        one.end = one.end / unit * unit;
    }
    std::erase_if(extents, [](const Extent& one) { return one.first >= one.end; });
}

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#include "pools.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

namespace {

constexpr std::uint64_t unit = 2U << 20;

bool is_ram(const Region& region) {
    using namespace region_flag;
    constexpr std::uint64_t wanted = 0x7;  // read, write, execute
    return region.size != 0 && region.has(wanted) && (region.flags & (io | rootshared)) == 0;
}

Extent extent_of(std::uint64_t base, std::uint64_t size) {
    const std::uint64_t end = base + size;
    return {base, end < base ? UINT64_MAX : end};
}

void subtract(std::vector<Extent>& from, const Extent& what) {
    std::vector<Extent> out;
    for (const Extent& one : from) {
        if (what.end <= one.first || one.end <= what.first) {
            out.push_back(one);
            continue;
        }
        if (one.first < what.first) out.push_back({one.first, what.first});
        if (what.end < one.end) out.push_back({what.end, one.end});
    }
    from = std::move(out);
}

// "40000000-6fffffff : System RAM"; lines that begin with a space are parts of others.
std::optional<Extent> system_ram(std::string_view line) {
    const auto colon = line.find(" : ");
    if (colon == std::string_view::npos || line.substr(colon + 3) != "System RAM")
        return std::nullopt;
    const auto dash = line.find('-');
    std::uint64_t first = 0, last = 0;
    const auto begin = std::from_chars(line.data(), line.data() + std::min(dash, colon), first, 16);
    const auto end =
        std::from_chars(line.data() + std::min(dash, colon) + 1, line.data() + colon, last, 16);
    if (begin.ec != std::errc() || end.ec != std::errc() || last < first) return std::nullopt;
    return Extent{first, last + 1};
}

void subtract_linux(std::vector<Extent>& from, std::string_view iomem) {
    bool found = false;
    for (std::size_t at = 0; at < iomem.size();) {
        const std::size_t end = std::min(iomem.find('\n', at), iomem.size());
        if (const auto used = system_ram(iomem.substr(at, end - at))) {
            // Without privilege all addresses are 0.
            found = found || used->end > 1;
            subtract(from, *used);
        }
        at = end + 1;
    }
    if (found) return;
    throw sdk::Error(sdk::Code::denied,
                     "/proc/iomem does not tell what memory Linux uses: read it as root");
}

}  // namespace

std::vector<Extent> free_memory(const System& system, std::string_view iomem) {
    std::vector<Extent> out;
    for (const Region& region : system.root_cell.regions) {
        if (is_ram(region)) out.push_back(extent_of(region.phys_start, region.size));
    }
    for (const Region& region : system.root_cell.regions) {
        if (!is_ram(region) && region.size != 0)
            subtract(out, extent_of(region.phys_start, region.size));
    }
    subtract(out, extent_of(system.hypervisor_memory.phys_start, system.hypervisor_memory.size));
    subtract_linux(out, iomem);
    for (Extent& one : out) {
        one.first = (one.first + unit - 1) / unit * unit;
        one.end = one.end / unit * unit;
    }
    std::erase_if(out, [](const Extent& one) { return one.first >= one.end; });
    std::sort(out.begin(), out.end(),
              [](const Extent& a, const Extent& b) { return a.first < b.first; });
    return out;
}

}  // namespace runphi::jailhouse

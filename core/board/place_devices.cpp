// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/holders.hpp"
#include "core/board/place_parts.hpp"
#include "core/board/range.hpp"

namespace phi::board {

namespace {

template <typename T>
bool has(const std::vector<T>& list, const T& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

std::string asked_region(const Region& region) {
    return "iomem " + to_text(region);
}

// The names that would have been right, for messages.
std::string known(const Board& board, std::string Device::*member) {
    static constexpr std::size_t shown = 16;
    std::vector<std::string> names;
    std::size_t more = 0;
    for (const auto& device : board.devices) {
        if ((device.*member).empty()) continue;
        if (names.size() < shown) {
            names.push_back(device.*member);
        } else {
            ++more;
        }
    }
    if (names.empty()) return "it has none";
    return "it has " + join(names, ", ") + (more == 0 ? "" : text(" and ", more, " more"));
}

const Device& find_device(const Board& board, std::string Device::*member, const char* what,
                          const std::string& wanted) {
    for (const auto& device : board.devices) {
        if (!wanted.empty() && device.*member == wanted) return device;
    }
    throw Error(Code::invalid,
                text(what, " ", quoted(wanted), " is not on board ", quoted(board.name), " (",
                     known(board, member), ")"),
                "ask for a device of the board file, or add it there");
}

[[noreturn]] void refuse(const std::string& thing, const Board& board, const Held& holder) {
    throw Error(Code::no_resource,
                text(thing, " asked for, but on board ", quoted(board.name), " it is held by ",
                     holder.container),
                make_room_hint);
}

void check_region_free(const Board& board, const std::vector<Held>& held, const Region& region,
                       const std::string& thing) {
    for (const auto& one : held) {
        for (const auto& theirs : one.grant.iomems) {
            if (overlap(region, theirs)) refuse(thing, board, one);
        }
    }
}

void check_irq_free(const Board& board, const std::vector<Held>& held, std::uint32_t irq,
                    const std::string& thing) {
    for (const auto& one : held) {
        if (has(one.grant.irqs, irq)) refuse(thing, board, one);
    }
}

void take_device(const Board& board, const std::vector<Held>& held, const Device& device,
                 Grant& grant) {
    if (has(grant.devices, device.name)) return;
    const std::string thing = "device " + quoted(device.name);
    for (const auto& one : held) {
        if (has(one.grant.devices, device.name)) refuse(thing, board, one);
    }
    grant.devices.push_back(device.name);
    // Parts of it may have been granted by address or by number.
    for (const auto& region : device.iomem) {
        check_region_free(board, held, region, text(thing, ", ", asked_region(region), ","));
        grant.iomems.push_back(region);
    }
    for (const auto irq : device.irqs) {
        check_irq_free(board, held, irq, text(thing, ", interrupt ", irq, ","));
        grant.irqs.push_back(irq);
    }
}

// All of it belongs to one device, in one region or in several that touch.
bool inside(const Device& device, const Region& region) {
    std::uint64_t cursor = region.base;
    for (std::size_t i = 0; i < device.iomem.size(); ++i) {
        const auto holder = std::find_if(
            device.iomem.begin(), device.iomem.end(),
            [&](const Region& part) { return part.base <= cursor && cursor <= last(part); });
        if (holder == device.iomem.end()) return false;
        if (last(*holder) >= last(region)) return true;
        cursor = last(*holder) + 1;
    }
    return false;
}

void take_iomem(const Board& board, const std::vector<Held>& held, const Region& region,
                Grant& grant) {
    if (!valid(region)) {
        throw Error(Code::invalid, text("iomem of ", region.size, " bytes at ",
                                        address(region.base), " is empty or ends past 2^64"));
    }
    if (std::none_of(board.devices.begin(), board.devices.end(),
                     [&](const Device& device) { return inside(device, region); })) {
        throw Error(Code::invalid,
                    text(asked_region(region), " is in no device of board ", quoted(board.name)),
                    "ask for an address range of one device of the board file, or add it there");
    }
    for (const auto& own : grant.iomems) {
        if (contains(own, region)) return;
    }
    for (const auto& own : grant.iomems) {
        if (!overlap(own, region)) continue;
        throw Error(Code::invalid, text(asked_region(region), " overlaps ", to_text(own),
                                        ", which the same container asks for"));
    }
    check_region_free(board, held, region, asked_region(region));
    grant.iomems.push_back(region);
}

void take_irq(const Board& board, const std::vector<Held>& held, std::uint32_t irq, Grant& grant) {
    if (has(grant.irqs, irq)) return;
    const bool on_board =
        has(board.irqs, irq) || std::any_of(board.devices.begin(), board.devices.end(),
                                            [&](const Device& d) { return has(d.irqs, irq); });
    if (!on_board) {
        throw Error(Code::invalid, text("interrupt ", irq, " is not on board ", quoted(board.name)),
                    "ask for an interrupt of the board file, or add it there");
    }
    check_irq_free(board, held, irq, text("interrupt ", irq));
    grant.irqs.push_back(irq);
}

}  // namespace

void place_devices(const Board& board, const std::vector<Held>& held, const Request& request,
                   Grant& grant) {
    for (const auto& name : request.devices) {
        take_device(board, held, find_device(board, &Device::name, "device", name), grant);
    }
    for (const auto& path : request.device_tree_paths) {
        take_device(board, held, find_device(board, &Device::path, "device with path", path),
                    grant);
    }
    for (const auto& region : request.iomems) take_iomem(board, held, region, grant);
    for (const auto irq : request.irqs) take_irq(board, held, irq, grant);
}

}  // namespace phi::board

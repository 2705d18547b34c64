// SPDX-License-Identifier: Apache-2.0
#include "core/board/check.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/range.hpp"

namespace phi::board {

namespace {

// A region and whose it is, for messages.
struct Owned {
    Region region;
    std::string owner;  // `memory pool "ram"`
};

void check_no_overlap(std::vector<Owned> regions) {
    std::sort(regions.begin(), regions.end(),
              [](const Owned& a, const Owned& b) { return a.region.base < b.region.base; });
    for (std::size_t i = 1; i < regions.size(); ++i) {
        const Owned& below = regions[i - 1];
        const Owned& above = regions[i];
        if (!overlap(below.region, above.region)) continue;
        throw Error(Code::invalid,
                    text(below.owner, " at ", to_text(below.region), " overlaps ", above.owner,
                         " at ", to_text(above.region)),
                    "every address belongs to one pool or device");
    }
}

// Names of one kind. Throws if one is there twice.
class Names {
  public:
    explicit Names(const char* kind) : kind_(kind) {}
    void add(const std::string& name) { sorted_.push_back(name); }
    void check() {
        std::sort(sorted_.begin(), sorted_.end());
        const auto twice = std::adjacent_find(sorted_.begin(), sorted_.end());
        if (twice == sorted_.end()) return;
        throw Error(Code::invalid, text("two ", kind_, " are called ", quoted(*twice)),
                    "a name must tell one from another");
    }

  private:
    const char* kind_;
    std::vector<std::string> sorted_;
};

void check_names(const Board& board) {
    Names pools("memory pools");
    for (const auto& pool : board.memory) pools.add(pool.name);
    pools.check();
    Names devices("devices");
    for (const auto& device : board.devices) devices.add(device.name);
    devices.check();
    Names channels("channels");
    for (const auto& channel : board.channels) channels.add(channel.name);
    channels.check();
}

void check_paths(const Board& board) {
    std::map<std::string, std::string> owners;
    for (const auto& device : board.devices) {
        if (device.path.empty()) continue;
        const auto [first, fresh] = owners.emplace(device.path, device.name);
        if (fresh) continue;
        throw Error(Code::invalid,
                    text("devices ", quoted(first->second), " and ", quoted(device.name),
                         " have the same path ", quoted(device.path)));
    }
}

void check_irqs(const Board& board) {
    std::map<std::uint32_t, std::string> owners;
    const auto add = [&](std::uint32_t irq, const std::string& owner) {
        const auto [first, fresh] = owners.emplace(irq, owner);
        if (fresh) return;
        throw Error(Code::invalid,
                    first->second == owner
                        ? text("interrupt ", irq, " is twice in ", owner)
                        : text("interrupt ", irq, " is in ", first->second, " and in ", owner),
                    "an interrupt belongs to one device, or to \"irqs\" of the board");
    };
    for (const auto& device : board.devices) {
        for (const auto irq : device.irqs) add(irq, "device " + quoted(device.name));
    }
    for (const auto irq : board.irqs) add(irq, "\"irqs\" of the board");
}

}  // namespace

void check(const Board& board) {
    check_names(board);
    check_paths(board);
    check_irqs(board);
    std::vector<Owned> regions;
    for (const auto& pool : board.memory) {
        // The addresses of counted pools are not the machine's.
        if (counted(pool)) continue;
        regions.push_back({region_of(pool), "memory pool " + quoted(pool.name)});
    }
    for (const auto& device : board.devices) {
        for (const auto& region : device.iomem) {
            regions.push_back({region, "device " + quoted(device.name)});
        }
    }
    check_no_overlap(std::move(regions));
}

}  // namespace phi::board

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <vector>

#include "plugins/jailhouse/backend.hpp"
#include "plugins/jailhouse/format/layout.hpp"
#include "plugins/jailhouse/format/model.hpp"
#include "support/folder.hpp"

// What stands in for the core, and for a machine that Jailhouse runs: the stages of planning, and
// the cell that comes of their parts.
namespace jailhouse_test {

namespace jh = runphi::jailhouse;

// Members of the plan and the board, in JSON.
struct Wish {
    std::string partition = "c", kind = "inmate", cpus = "[1]", cpu_list = "[]";
    std::uint64_t base = 0x70000000, size = 2U << 20;
    std::string devices = "[]", iomems = "[]", irqs = "[]", channels = "[]";
    std::string asked_iomems = "[]", net, mode = "none";
    std::string boot_extra;  // each member with a comma before it
    std::string grant;       // all of it, instead of the above
};

class Planner {
  public:
    Planner(jh::System system, jh::Layout layout);

    // The board's devices, interrupts and channels, in JSON.
    std::string devices = "[]", irqs = "[]", channels = "[]";
    std::string board;  // all of it, instead of these
    // Files of the machine, such as "device-tree/...", and what the live root cell
    // has.
    void write(const std::string& name, const std::string& bytes) { folder_.write(name, bytes); }
    void set_root_cpus(const std::string& list);
    // A cell of somebody else's, which the settings name.
    void add_other(const jh::Cell& cell);

    // The plan through all stages, for an image of these bytes; or only the part of one.
    std::string plan(const Wish& wish, const std::string& image);
    jh::Cell cell(const Wish& wish, const std::string& image = "code");
    // Its bytes in the layout.
    std::string bytes(const Wish& wish, const std::string& image = "code");

  private:
    std::string settings() const;
    std::string board_text() const;

    phi::test::Folder folder_;
    jh::System system_;
    jh::Layout layout_;
    std::string others_;  // the paths of their configurations, in JSON
};

}  // namespace jailhouse_test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "plugins/jailhouse/node.hpp"
#include "support/folder.hpp"

// Whole machines to discover: tests/golden/jailhouse/machines/NAME.
namespace jailhouse_test {

namespace jh = runphi::jailhouse;

// The system configuration of each: how the memory is divided, as Jailhouse's own are.
jh::System qemu_virt_system();
jh::System zcu102_system();
jh::System pc_system();
// The cell of somebody else's that lives on the zcu102.
jh::Cell zcu102_their_cell();

// A machine as files: of its golden folder, the device tree, and the configurations.
class GoldenMachine {
  public:
    GoldenMachine(const std::string& name, const jh::System& system);

    // "/proc/iomem" of the machine.
    void write(const std::string& path, const std::string& content) const;
    void remove(const std::string& path) const;
    void write_system(const jh::System& system) const;
    std::string add_cell(const jh::Cell& cell);  // to the settings

    jh::Settings settings;

  private:
    phi::test::Folder folder_;
};

std::string golden_text(const std::string& machine, const std::string& file);

}  // namespace jailhouse_test

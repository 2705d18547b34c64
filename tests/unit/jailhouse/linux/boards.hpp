// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/jailhouse/format/model.hpp"
#include "plugins/jailhouse/linux/describe.hpp"
#include "support/folder.hpp"

namespace jailhouse_test {

namespace jh = runphi::jailhouse;

// A machine's device tree as Linux shows it, and its CPUs.
class HostFolder {
  public:
    HostFolder& cells(const std::string& node, const std::string& name,
                      const std::vector<std::uint32_t>& values);
    HostFolder& text(const std::string& node, const std::string& name, const std::string& value);
    HostFolder& bytes(const std::string& node, const std::string& name, const std::string& value);
    // CPU `number` is the node "/cpus/NAME".
    HostFolder& cpu(unsigned number, const std::string& name, const std::string& compatible,
                    const std::vector<std::uint32_t>& reg);

    jh::Machine machine() const;
    std::string device_tree() const { return folder_.path() + "/base"; }

  private:
    phi::test::Folder folder_;
};

// A board, its system configuration, and a cell of it.
struct Board {
    HostFolder host;
    jh::System system;
    jh::Cell cell;
    jh::Extent channel;
};

// QEMU's virt machine with a GICv3: CPUs 2 and 3, the PL011, two ivshmem devices.
void make_virt(Board& board);
// A board with a GICv2, clusters of CPUs, and a 16550 below a bus: CPU 5, no PCI.
void make_gicv2(Board& board);

}  // namespace jailhouse_test

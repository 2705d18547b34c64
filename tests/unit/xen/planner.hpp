// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>

#include "plugins/xen/backend.hpp"
#include "plugins/xen/domain/config.hpp"
#include "support.hpp"

// What stands in for the core and for a dom0: the stages of planning, and the domain that comes of
// their parts.
namespace xen_test {

// Members of the plan and the board, in JSON.
struct Wish {
    std::string arch = "aarch64", kind = "linux", cmdline;
    std::string cpus = "[]", cpu_count = "1", memory = "268435456", memory_base = "0";
    std::string devices = "[]", iomems = "[]", irqs = "[]", channels = "[]";
    std::string asked_iomems = "[]", asked_paths = "[]", options = "{}";
    std::string net, mode = "none", board_devices = "[]";
    std::string boot_extra;   // each member with a comma before it
    std::string extra_image;  // {"role": ...}, with a comma before it
    std::uint64_t disk = 0;   // the length of the one that is a disk
};

class Planner {
  public:
    Planner();

    std::string settings = "{}";  // without "root"
    void set_capabilities(const std::string& text) {
        folder_.write("sys/hypervisor/properties/capabilities", text + "\n");
    }
    // The plan through all stages, for a kernel or an inmate of these bytes.
    std::string plan(const Wish& wish, const std::string& image);
    runphi::xen::DomainConfig domain(const Wish& wish, const std::string& image);
    std::string refused(const Wish& wish, const std::string& image);

  private:
    phi::test::Folder folder_;
};

// An arm64 Linux Image, as far as it is looked at; a file of x86's that says bzImage.
std::string arm64_image();
std::string bzimage();

}  // namespace xen_test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "device.hpp"
#include "ioctl.hpp"
#include "tree.hpp"

namespace runphi::jailhouse {

// The whole of Jailhouse's driver as this backend uses it: the calls and the tree in sysfs. A call
// that returns success proves nothing, so each is followed by a look at what has become. All throw
// Error: timeout for a call that does not return, busy for a locked cell, which is named,
// hypervisor for a success that was none.
class Driver {
  public:
    // `timeout_ms`: how long a call may take; making a cell takes CPUs off Linux, which takes
    // seconds on a machine with many. Throws Error if the driver in the tree is not of that layout.
    Driver(std::unique_ptr<Device> device, Tree tree, Layout layout, int timeout_ms);

    const Tree& tree() const { return tree_; }

    // Makes the cell of a configuration in the driver's layout, whose name is `name`. It is shut
    // down. Returns its id, by which all others know it: a name may be anybody's.
    int create(const std::string& name, const std::string& config);
    // Stops the cell, and writes the images into its memory. What they do not cover keeps what the
    // last owner of the memory has left there.
    void load(int id, const std::vector<LoadImage>& images,
              const std::vector<RcpuImage>& rcpu_images = {});
    // Of a cell that has been loaded. When this returns, it may have ended already, or somebody may
    // have destroyed it.
    void start(int id);
    // Stops the cell; it must be loaded before it is started again.
    void shut_down(int id);
    // Gone is fine.
    void destroy(int id);

  private:
    CellStatus require(int id, const char* operation) const;
    // 0 or the errno.
    int call(const char* operation, const std::string& what, std::uint32_t request,
             std::vector<char>& argument);

    std::unique_ptr<Device> device_;
    Tree tree_;
    Layout layout_;
    int timeout_ms_;
};

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace runphi::jailhouse {

// What takes the calls: the driver, or in tests a model of it.
class Device {
  public:
    Device() = default;
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;
    virtual ~Device() = default;

    // 0, or the errno. Made in a child process after fork: it allocates nothing and throws nothing.
    virtual int call(std::uint32_t request, void* argument, std::size_t size) noexcept = 0;
};

// Opens what is at the path: a character device, or a socket of root's, behind which a model of the
// driver answers (tests/fake/jailhouse). Throws Error.
std::unique_ptr<Device> open_device(const std::string& path);

}  // namespace runphi::jailhouse

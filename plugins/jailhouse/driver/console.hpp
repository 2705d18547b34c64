// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace runphi::jailhouse {

// The hypervisor's console, read through the driver's device (driver/main.c,
// jailhouse_console_read): one for all cells and the hypervisor itself, without a mark of whose a
// character is. Every reader has a position of its own and begins with the oldest character that
// the hypervisor has kept. It keeps 2 KiB; a reader that has missed some finds a line
// "<missed N bytes of console log>" in their place.
class ConsoleReader {
  public:
    ConsoleReader() = default;
    ConsoleReader(const ConsoleReader&) = delete;
    ConsoleReader& operator=(const ConsoleReader&) = delete;
    virtual ~ConsoleReader() = default;

    // What has come since the last time, without waiting; empty if nothing has, or if there is no
    // console any more.
    virtual std::string read() = 0;
    // What it is read from; owned by it.
    virtual int fd() const = 0;
};

// `path` as for open_device. Throws Error.
std::unique_ptr<ConsoleReader> open_console(const std::string& path);

}  // namespace runphi::jailhouse

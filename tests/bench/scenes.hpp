// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "support/sandbox.hpp"
#include "table.hpp"

// What is measured; each scene adds its rows.
namespace phi::bench {

struct Options {
    bool quick = false;
    std::string guest_dir;      // empty: no Linux guests
    std::string jailhouse_dir;  // its sources; empty: no cell configuration is compiled
    std::string only;           // empty: all scenes

    unsigned rounds(unsigned full) const { return quick ? (full + 4) / 5 : full; }
};

// Start-up: --version, and /bin/true for what any program costs.
void measure_version(const test::Sandbox& node, const Options& options, Table& table);
// The state of one container that was created and not started.
void measure_state(const test::Sandbox& node, const Options& options, Table& table);
// create, start, the container's end, delete --force.
void measure_lifecycle(const test::Sandbox& node, const Options& options, Table& table);
// What it adds to an ordinary container's commands that runphi stands before runc.
void measure_forwarding(const Options& options, Table& table);
// `runphi run` to the first byte of a Linux guest's output; QEMU alone.
void measure_linux(const Options& options, Table& table);
// The initramfs of a root file system of 100 MiB; cpio(1).
void measure_packing(const test::Sandbox& node, const Options& options, Table& table);
// The configuration of a Jailhouse cell; compiling it, as Jailhouse's own are made.
void measure_cell_config(const test::Sandbox& node, const Options& options, Table& table);
// create beside one other container, and beside many; and the monitor's memory.
void measure_many(const Options& options, Table& table);

}  // namespace phi::bench

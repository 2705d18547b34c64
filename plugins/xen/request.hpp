// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

// What the plugin and its helper say to each other. Over the control socket, one line of JSON each
// way: {"op": OP, ...}, and {"ok": true, ...} or {"code": N, "error": TEXT, "hint": TEXT}.
namespace runphi::xen::op {

inline constexpr std::string_view created = "created";  // answered once the domain is made: domid
inline constexpr std::string_view start = "start", pause = "pause", resume = "resume";
inline constexpr std::string_view shut_down = "shutdown";  // asks the guest
inline constexpr std::string_view kill = "kill";           // answered when it is gone
inline constexpr std::string_view query = "query";         // state, detail
inline constexpr std::string_view stats = "stats";
inline constexpr std::string_view update = "update";  // "cpu": a CpuPart

}  // namespace runphi::xen::op

// How the two programs are run (programs.hpp), and the helper's descriptors.
namespace runphi::xen::mode {

// The helper. serve NAME: makes the domain that descriptor 0 describes, and lives as long as it.
inline constexpr std::string_view serve = "serve";
// destroy NAME UUID; writes JSON to descriptor 1, an answer as above.
inline constexpr std::string_view destroy = "destroy";

// The reader, with answers as above.
inline constexpr std::string_view inventory = "inventory";  // facts.hpp
inline constexpr std::string_view list = "list";            // "domains": [{partition, state}]
// What libxl runs for a network card or a disk whose end in dom0 the helper takes care of itself,
// in place of a script of Xen's: "online" or "offline", and what follows. There is nothing to do.
inline constexpr std::string_view online = "online", offline = "offline", add = "add",
                                  remove = "remove";

}  // namespace runphi::xen::mode

namespace runphi::xen::child_fd {

enum : int {
    control = 3,
    console = 4,
    agent = 5,
    watch = 6,
    folder = 7,
    network = 8,  // the container's network namespace, if vifs go there
    disk = 9,     // a loop device, if there is a disk
    kernel = 10,
    ramdisk = 11
};

}  // namespace runphi::xen::child_fd

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "support/sandbox.hpp"

// The machine: its name, and what differs in the domains of it.
namespace phi::test {

#if defined(__aarch64__)
#define RUNPHI_XEN_MACHINE "aarch64"
// Inmates have the serial port that Xen emulates, and xl no type to choose.
inline constexpr const char* console_port = "-vuart0";
inline constexpr const char* inmate_lines = "vuart = \"sbsa_uart\"\n";
inline constexpr const char* inmate_kind = ".bin";
#elif defined(__x86_64__)
#define RUNPHI_XEN_MACHINE "x86_64"
inline constexpr const char* console_port = "";
inline constexpr const char* inmate_lines = "type = \"pvh\"\n";
inline constexpr const char* inmate_kind = ".elf";
#endif

inline constexpr const char* inmates = "/usr/share/runPHI/inmates/" RUNPHI_XEN_MACHINE "-xen";
inline constexpr const char* hello =
    "hello from a bare-metal inmate (" RUNPHI_XEN_MACHINE ", Xen)\n";

}  // namespace phi::test

// Xen as the hypervisor and xenstored tell of it themselves: what runPHI says of itself is no
// proof. To ask is a call, where each xl is a program with all of libxl, which takes long in
// emulation.
namespace phi::test {

// A program of dom0's by its name, as PATH has it. Throws if there is none.
std::string tool(const std::string& name);

Result xl(const std::vector<std::string>& args);

struct Domain {
    std::string name;
    unsigned id = 0;
    unsigned memory_mib = 0;
    unsigned vcpus = 0;
    std::string state = "------";  // as `xl list` has them: "r-----"
    // Paused, whatever else: a CPU that waited for an interrupt is blocked ("b"), too.
    bool paused() const { return state.find('p') != std::string::npos; }
};
// All but dom0.
std::vector<Domain> domains();
std::optional<Domain> domain(const std::string& name);
// Waits until there is none. False if there still is one after a time.
bool no_domains();

// The paths of all nodes of xenstore.
std::vector<std::string> xenstore_paths();

// What is to be had for domains, to the page.
std::uint64_t free_pages();
// Fewer than `before`, once all that dead domains still had is back, but for as many as may be
// missing: Xen frees a domain's last pages when each of its CPUs has come to rest.
std::int64_t missing_pages(std::uint64_t before, std::int64_t may_miss);
// What domains leave with Xen's own allocator, which keeps what it has: measured, 3 pages after the
// first inmates, 18 after a Linux guest. The smallest domain has thousands.
inline constexpr std::int64_t kept_pages = 32;

// What a domain has written: xenconsoled keeps it.
std::string console_log(const std::string& domain, const std::string& port = "");

}  // namespace phi::test

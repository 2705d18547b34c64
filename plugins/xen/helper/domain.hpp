// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../domain/config.hpp"
#include "../hypervisor/hypervisor.hpp"
#include "../xenstore/client.hpp"
#include "xl.hpp"

// A domain, by libxl. All of these throw Error.
namespace runphi::xen {

// Makes it, paused. What Xen would refuse, or pass over, is refused before: CPUs that are in no
// pool, a scheduler that the pool has not got, memory that is not free.
std::uint32_t make_domain(Xl& xl, const Hypervisor& hypervisor, DomainConfig domain);

// Moves its virtual CPUs, and sets what its scheduler takes.
void move_cpus(Xl& xl, const Hypervisor& hypervisor, std::uint32_t domid, const CpuPart& cpu);

// Asks its kernel by xenstore, and waits for nothing.
void ask_to_shut_down(std::uint32_t domid);
void destroy_domain(Xl& xl, const Hypervisor& hypervisor, std::uint32_t domid);  // gone is fine

// By name and UUID. nullopt: there is none. Throws Error(exists) for a foreign one of the name.
std::optional<std::uint32_t> find_domain(Xl& xl, const Hypervisor& hypervisor,
                                         const std::string& name, const std::string& uuid);

// What xenconsoled has of a domain: Xen's console, and the serial port that Xen emulates. Where in
// the domain's part of xenstore they are is public (xenstore-paths(7)).
namespace console {
inline constexpr const char* of_xen = "console";
inline constexpr const char* serial = "vuart/0";
}  // namespace console
// The path of its terminal, for which xenconsoled is waited.
std::string terminal_path(XenStore& store, std::uint32_t domid, const char* console);

}  // namespace runphi::xen

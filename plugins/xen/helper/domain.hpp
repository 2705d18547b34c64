// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../domain/config.hpp"
#include "xl.hpp"

// A domain, by libxl. All of these throw Error.
namespace runphi::xen {

// Makes it, paused. What Xen would refuse, or pass over, is refused before: CPUs that are in no
// pool, a scheduler that the pool has not got, memory that is not free.
std::uint32_t make_domain(Xl& xl, DomainConfig domain);

// Moves its virtual CPUs, and sets what its scheduler takes.
void move_cpus(Xl& xl, std::uint32_t domid, const CpuPart& cpu);

// Asks its kernel by xenstore, and waits for nothing.
void ask_to_shut_down(std::uint32_t domid);
void destroy_domain(Xl& xl, std::uint32_t domid);  // gone is fine

// By name and UUID. nullopt: there is none. Throws Error(exists) for a foreign one of the name.
std::optional<std::uint32_t> find_domain(Xl& xl, const std::string& name, const std::string& uuid);

// The paths of its consoles: the one of Xen, and the one of the emulated serial port.
std::string console_path(Xl& xl, std::uint32_t domid);
std::string vuart_path(std::uint32_t domid);

}  // namespace runphi::xen

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/boot/choice.hpp"
#include "core/network/interface.hpp"
#include "core/oci/spec.hpp"

// The network of a partition: decided when it is planned, filled in when the engine has made it.
namespace phi::plan {

enum class NetworkMode {
    none,       // no device; a Linux guest has its loopback
    container,  // the interfaces of the container's network namespace
    backend,    // request.net, in the backend's own terms
};
const char* to_string(NetworkMode mode);

// By the annotation org.runphi.net, else what the image asks for: "none" or "no", "container" or
// "yes", or the backend's own terms. Without either, what the engine has given the container, on a
// backend that can pass it on. Throws Error(unsupported) for the host's network, which no guest can
// share: its kernel is another one. A config without any namespace is not of an engine, and asks
// for nothing.
NetworkMode network_mode(const oci::Spec& spec, const boot::Choice& choice, bool backend_can);

// What is known of the network when the engine has made it.
struct MadeNetwork {
    network::Namespace where;
    std::vector<network::Interface> interfaces;
    std::vector<std::string> resolvers;  // network::loopback_resolvers()
};

// The plan with plan.network filled in.
std::string with_network(const std::string& plan, const MadeNetwork& made);
// The plan with the length that the initrd we have made has by now.
std::string with_initrd_length(const std::string& plan, std::uint64_t length);

}  // namespace phi::plan

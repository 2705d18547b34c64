// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "files.hpp"
#include "machine.hpp"

namespace runphi::qemu {

// The console is the first serial port, the agent's channel the second; both end in sockets of the
// container's directory.
std::string QemuBackend::comm(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (!plan.channels.empty()) {
        throw sdk::Error(sdk::Code::unsupported,
                         "channel \"" + plan.channels.front().name +
                             "\": the QEMU backend has no shared memory between partitions",
                         "take it out of the container's configuration and of the board");
    }
    const SerialPorts ports = serial_ports(plan.arch, plan.kind);
    return sdk::JsonWriter()
        .object()
        .object("console")
        .field("device", ports.console)
        .field("socket", console_socket)
        .end_object()
        .object("agent")
        .field("device", ports.agent)
        .field("socket", agent_socket)
        .end_object()
        .end_object()
        .text();
}

}  // namespace runphi::qemu

// SPDX-License-Identifier: Apache-2.0
#include <runphi/agent.h>

#include "backend.hpp"
#include "files.hpp"
#include "machine.hpp"

namespace runphi::qemu {

// The console is the first serial port, the agent's channel the second; a Linux guest has a
// virtio-serial port for sessions besides. All end in sockets of the container's directory.
std::string QemuBackend::comm(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    if (!plan.channels.empty()) {
        throw sdk::Error(sdk::Code::unsupported,
                         "channel \"" + plan.channels.front().name +
                             "\": the QEMU backend has no shared memory between partitions",
                         "take it out of the container's configuration and of the board");
    }
    const SerialPorts ports = serial_ports(plan.arch, plan.kind);
    sdk::JsonWriter out;
    out.object()
        .object("console")
        .field("device", ports.console)
        .field("socket", console_socket)
        .end_object()
        .object("agent")
        .field("device", ports.agent)
        .field("socket", agent_socket)
        .end_object();
    if (plan.kind == "linux") {
        out.object("sessions")
            .field("device", RUNPHI_AGENT_SESSIONS_PORT)
            .field("socket", sessions_socket)
            .end_object();
    }
    return out.end_object().text();
}

}  // namespace runphi::qemu

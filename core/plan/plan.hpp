// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <string>

#include "core/backend/backend.hpp"
#include "core/board/board.hpp"
#include "core/board/grant.hpp"
#include "core/boot/choice.hpp"
#include "core/boot/shared_bind.hpp"
#include "core/oci/spec.hpp"
#include "core/plan/network.hpp"
#include "core/settings/settings.hpp"

namespace phi::plan {

// The front half of CPU, MEM, DEV, NET and COMM: what the container asks for, from the spec
// (limits, vm.hwConfig), the boot choice and the annotations that the node's settings allow. Pure.
board::Request make_request(const oci::Spec& spec, const boot::Choice& choice,
                            const Settings& settings, const board::Board& board);

struct Input {
    std::string id;
    std::string partition;  // the hypervisor's name for it
    const oci::Spec& spec;
    const boot::Choice& choice;
    const board::Board& board;
    const board::Request& request;
    const board::Grant& grant;
    NetworkMode network = NetworkMode::none;
    // What the guest shares with the host, and the directory where that will be mounted.
    std::span<const boot::SharedBind> shared = {};
    std::string shares_dir = {};
    std::map<std::string, std::string> options = {};  // options.hpp
};

// The plan (plugin-api/schema/plan.json): request, grant, boot, then begin, cpu, mem, dev, net,
// comm, boot and end of the backend, each part under plan.parts. Pure: no effect on the machine.
// Pretty-printed JSON.
std::string make_plan(const Input& input, const backend::Backend& backend);

}  // namespace phi::plan

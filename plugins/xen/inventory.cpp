// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "discover/facts.hpp"
#include "helper_client.hpp"
#include "presence/toolstack.hpp"
#include "programs.hpp"
#include "request.hpp"

namespace runphi::xen {

std::string XenBackend::inventory(const sdk::Host& host) {
    const Settings settings = Settings::parse(host.settings());
    const std::string program = require_program(Program::reader, settings, require_dom0(settings));
    require_xenstore(settings);
    return board_json(read_facts(
        run_helper(host, program, {std::string(mode::inventory)}, patience_ms(host, settings))));
}

}  // namespace runphi::xen

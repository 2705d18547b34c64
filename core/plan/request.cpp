// SPDX-License-Identifier: Apache-2.0
#include "core/plan/managers.hpp"
#include "core/plan/plan.hpp"

namespace phi::plan {

board::Request make_request(const oci::Spec& spec, const boot::Choice& choice,
                            const Settings& settings, const board::Board& board) {
    board::Request request;
    ask_cpus(spec, choice, settings, board, request);
    ask_memory(spec, choice, settings, request);
    ask_devices(spec, settings, request);
    ask_channels(spec, settings, board, request);
    return request;
}

}  // namespace phi::plan

// SPDX-License-Identifier: Apache-2.0
#include "core/plan/plan.hpp"

#include "core/plan/assemble.hpp"

namespace phi::plan {

std::string make_plan(const Input& input, const backend::Backend& backend) {
    const std::string board = board::write_board(input.board);
    return assemble(input, backend.id(), [&](backend::Stage stage, const std::string& plan) {
        return backend.plan_stage(stage, board, plan, input.choice.images);
    });
}

}  // namespace phi::plan

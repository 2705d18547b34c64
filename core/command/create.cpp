// SPDX-License-Identifier: Apache-2.0
#include "core/command/creation.hpp"

namespace phi::command {

int create(const Global& global, const Create& options) {
    create_container(global, options, Mode::detached);
    return 0;
}

}  // namespace phi::command

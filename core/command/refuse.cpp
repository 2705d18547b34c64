// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/container/store.hpp"

namespace phi::command {

void refuse(const Global& global, const std::string& command, const std::string& id) {
    // restore makes its container; all others need one.
    if (command != "restore") container::Store(global.settings, global.root).open(id);
    throw Error(Code::unsupported,
                text("container ", quoted(id), ": ", command, " is not supported for partitions"));
}

}  // namespace phi::command

// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/container/store.hpp"

namespace phi::command {

void refuse(const Global& global, const std::string& command, const std::string& id) {
    const container::Store store(global.settings, global.root);
    // restore makes its container; all others need one.
    if (command == "restore" && store.has(id))
        throw Error(Code::exists, "container with given ID already exists");
    if (command != "restore") store.open(id);
    throw Error(Code::unsupported,
                text("container ", quoted(id), ": ", command, " is not supported for partitions"));
}

}  // namespace phi::command

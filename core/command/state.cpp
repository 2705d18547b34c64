// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "core/command/options.hpp"
#include "core/container/store.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

int state(const Global& global, const std::string& id) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    const oci::State state = container::oci_state(store.open(id), settings);
    write_all(STDOUT_FILENO, oci::state_document(state) + "\n", "write the state");
    return 0;
}

}  // namespace phi::command

// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/command/prepare.hpp"
#include "core/container/ledger.hpp"
#include "core/forward/store_path.hpp"
#include "core/fs/file.hpp"
#include "core/oci/id.hpp"
#include "core/plan/partition_name.hpp"

namespace phi::command {

// What create would write as the plan now, without making, taking or writing anything.
int plan(const Global& global, const Plan& options) {
    oci::check_id(options.id);
    const Prepared ready = prepare(global.settings, options.bundle);
    const auto grant =
        board::place(ready.board, container::held_grants(ready.settings), ready.request);
    const auto nobody_has_it = [](const std::string&) { return false; };
    const std::string partition =
        plan::partition_name(options.id, global.root, ready.board.name_max, nobody_has_it);
    ready.backend->set_rootfs(&ready.bundle.rootfs);
    std::string document =
        plan_of(ready,
                {options.id, partition, grant,
                 text(forward::store_dir(ready.settings, global.root), "/", options.id)},
                ready.settings, ready.board, *ready.backend);
    if (!document.ends_with('\n')) document += '\n';
    write_all(STDOUT_FILENO, document, "write the plan");
    return 0;
}

}  // namespace phi::command

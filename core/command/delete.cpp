// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/oci/hooks.hpp"

namespace phi::command {

using container::Status;

namespace {

constexpr auto remains_limit = std::chrono::seconds(30);

void check_deletable(const container::Container& container, const Settings& settings) {
    const Status status = container.status(settings);
    if (status == Status::stopped || status == Status::created) return;
    throw Error(Code::busy, text("cannot delete container ", container.record.id,
                                 " that is not stopped: ", to_string(status)));
}

// After the container is gone; a bundle that is gone too has no hooks any more.
void run_poststop_hooks(const std::string& bundle_path, const oci::State& state) {
    if (bundle_path.empty() || ::access((bundle_path + "/config.json").c_str(), F_OK) != 0) return;
    try {
        const UniqueFd bundle = open_directory(bundle_path);
        oci::run_hooks(oci::load_spec(bundle.get()).hooks.poststop,
                       {"poststop", oci::hook_state(state), bundle.get(), oci::HookFailure::warn});
    } catch (const Error& error) {
        log::warn("poststop hooks: " + error.message());
    }
}

}  // namespace

int remove(const Global& global, const Delete& options) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    auto found = store.open_remains(options.id, Deadline::in(remains_limit));
    if (!found && options.force) return 0;
    if (!found) throw Error(Code::not_found, "container does not exist");
    if (!options.force) check_deletable(*found, settings);
    container::end_monitor(*found);
    oci::State state = container::oci_state(*found, settings);
    state.status = to_string(Status::stopped);
    container::tear_down(*found, settings);
    run_poststop_hooks(found->record.bundle, state);
    return 0;
}

}  // namespace phi::command

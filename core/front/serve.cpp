// SPDX-License-Identifier: Apache-2.0
#include "core/front/serve.hpp"

#include <unistd.h>

#include <exception>
#include <variant>

#include "core/container/store.hpp"
#include "core/forward/store_path.hpp"
#include "core/fs/file.hpp"
#include "core/line/line.hpp"
#include "core/line/version.hpp"
#include "core/oci/id.hpp"

namespace phi::front {
namespace {

using line::Line;

bool tell_version() {
    write_all(STDOUT_FILENO, line::version_page(), "write the version");
    return true;
}

bool is_quiet(const log::Options& options) {
    return !options.debug && options.own_level < 0;
}

bool tell_state(const line::Global& global, const std::string& id) {
    oci::check_id(id);
    const auto container = container::open_at(forward::store_dir(global.settings, global.root), id);
    if (!container) return false;
    const auto state = container::recorded_state(*container);
    if (!state) return false;
    write_all(STDOUT_FILENO, oci::state_document(*state) + "\n", "write the state");
    return true;
}

bool try_to_serve(int argc, char** argv) {
    Line line(argc, argv);
    line.read();
    if (line.asks() == Line::Asks::version) return tell_version();
    if (line.asks() != Line::Asks::command || !line.complete() || line.refusal()) return false;
    const line::Request request = line.request();
    const auto* const state = std::get_if<line::State>(&request);
    // The log's file is made if it is not there, as every command does.
    return state != nullptr && is_quiet(line.global_line().log_options(line.settings())) &&
           tell_state(line.global(), state->id);
}

}  // namespace

bool serve(int argc, char** argv) {
    try {
        return try_to_serve(argc, argv);
    } catch (const std::exception&) {
        return false;  // the whole program finds the same, and tells it
    }
}

}  // namespace phi::front

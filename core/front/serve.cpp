// SPDX-License-Identifier: Apache-2.0
#include "core/front/serve.hpp"

#include <unistd.h>

#include <exception>
#include <optional>
#include <variant>

#include "core/base/error.hpp"
#include "core/container/act.hpp"
#include "core/container/locked.hpp"
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

// A change of status that the container's monitor makes.
struct Change {
    container::Status from, to;
    container::Act act;
};

constexpr auto lock_limit = std::chrono::seconds(30);
// A monitor that does not answer soon has something else to do.
constexpr auto act_limit = std::chrono::seconds(5);

// Hooks of the engine around a start are the whole program's to run.
bool may_have_start_hooks(const container::Container& container) {
    const UniqueFd bundle = open_directory(container.record.bundle);
    const std::string config = read_file_if_there(bundle.get(), "config.json");
    return config.empty() || config.find("\"poststart\"") != std::string::npos ||
           config.find("\\u") != std::string::npos;  // a name may be written in other letters
}

bool change_by_monitor(const line::Global& global, const std::string& id, const Change& wanted) {
    oci::check_id(id);
    auto container = container::open_locked_at(forward::store_dir(global.settings, global.root), id,
                                               Deadline::in(lock_limit));
    if (!container || container->recorded_status() != wanted.from) return false;
    if (wanted.act == container::Act::start && may_have_start_hooks(*container)) return false;
    container->change(wanted.to, [&] {
        if (container::ask_monitor(container->dir_fd.get(), wanted.act, Deadline::in(act_limit)))
            return;
        throw Error(Code::unsupported, "the monitor has not done it");
    });
    return true;
}

// What the monitor can be asked for; nullopt: nothing that this request is.
std::optional<bool> try_by_monitor(const line::Global& global, const line::Request& request) {
    using container::Act;
    using container::Status;
    if (const auto* start = std::get_if<line::Start>(&request))
        return change_by_monitor(global, start->id, {Status::created, Status::running, Act::start});
    if (const auto* pause = std::get_if<line::Pause>(&request))
        return change_by_monitor(global, pause->id, {Status::running, Status::paused, Act::pause});
    if (const auto* resume = std::get_if<line::Resume>(&request))
        return change_by_monitor(global, resume->id,
                                 {Status::paused, Status::running, Act::resume});
    return std::nullopt;
}

bool try_to_serve(int argc, char** argv) {
    Line line(argc, argv);
    line.read();
    if (line.asks() == Line::Asks::version) return tell_version();
    if (line.asks() != Line::Asks::command || !line.complete() || line.refusal()) return false;
    const line::Request request = line.request();
    // The log's file is made if it is not there, as every command does.
    if (!is_quiet(line.global_line().log_options(line.settings()))) return false;
    if (const auto* const state = std::get_if<line::State>(&request))
        return tell_state(line.global(), state->id);
    return try_by_monitor(line.global(), request).value_or(false);
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

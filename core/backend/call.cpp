// SPDX-License-Identifier: Apache-2.0
#include "core/backend/call.hpp"

#include <fcntl.h>

#include <cstring>
#include <string_view>

#include "core/backend/sink.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"

namespace phi::backend {

namespace {

// A fixed field that ought to be NUL-terminated UTF-8.
template <std::size_t N>
std::string field(const char (&bytes)[N]) {
    const std::string_view view(bytes, ::strnlen(bytes, N));
    return is_utf8(view) ? std::string(view) : quoted(view, N);
}

Error fault(const std::string& id, const char* function, const std::string& what) {
    return Error(Code::internal, text(id, ": ", function, " answered ", what),
                 "this is a fault of the backend; `runphi-plugin-check` shows more");
}

constexpr State states[] = {State::absent, State::created, State::running,
                            State::paused, State::stopped, State::failed};

}  // namespace

const char* to_string(State state) {
    switch (state) {
        case State::absent:
            return "absent";
        case State::created:
            return "created";
        case State::running:
            return "running";
        case State::paused:
            return "paused";
        case State::stopped:
            return "stopped";
        case State::failed:
            return "failed";
    }
    return "unknown";
}

const char* to_string(Stage stage) {
    switch (stage) {
        case Stage::begin:
            return "begin";
        case Stage::cpu:
            return "cpu";
        case Stage::mem:
            return "mem";
        case Stage::dev:
            return "dev";
        case Stage::net:
            return "net";
        case Stage::comm:
            return "comm";
        case Stage::boot:
            return "boot";
        case Stage::end:
            return "end";
    }
    return "unknown";
}

Error plugin_error(const std::string& id, const char* function, runphi_result code,
                   const runphi_error& error) {
    if (code < RUNPHI_INVALID || code > RUNPHI_INTERNAL) {
        return fault(id, function, text("result ", code, ", which is not in the list"));
    }
    std::string message = field(error.message);
    if (message.empty()) message = text(function, " failed and the backend does not say why");
    return Error(static_cast<Code>(code), text(id, ": ", message), field(error.hint));
}

Status checked_status(const std::string& id, const char* function, const runphi_query& query) {
    if (query.state < RUNPHI_STATE_ABSENT || query.state > RUNPHI_STATE_FAILED) {
        throw fault(id, function, text("state ", query.state));
    }
    if (query.has_exit != 0 && (query.exit_status < 0 || query.exit_status > 255)) {
        throw fault(id, function, text("exit status ", query.exit_status));
    }
    Status status;
    status.state = static_cast<State>(query.state);
    status.has_exit = query.has_exit != 0;
    status.exit_status = status.has_exit ? query.exit_status : 0;
    status.detail = field(query.detail);
    return status;
}

Probe checked_probe(const std::string& id, const runphi_probe& probe) {
    if (probe.present != 0 && probe.present != 1) {
        throw fault(id, "probe", text("present ", probe.present));
    }
    return {probe.present == 1, probe.capabilities, field(probe.version), field(probe.reason)};
}

UniqueFd checked_fd(const std::string& id, const char* function, int fd) {
    const int flags = fd < 0 ? -1 : ::fcntl(fd, F_GETFD);
    if (flags < 0) throw fault(id, function, text("descriptor ", fd, ", which is not open"));
    if ((flags & FD_CLOEXEC) == 0) ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    return UniqueFd(fd);
}

void require_object(const std::string& json, const std::string& what) {
    const json::Document document = json::parse(json, what, {Sink::document_max, 64});
    if (!document.IsObject()) json::Node(document, what).mismatch("an object");
}

std::vector<Listed> parse_list(const std::string& json, const std::string& what) {
    const json::Document document = json::parse(json, what, {Sink::document_max, 8});
    std::vector<Listed> partitions;
    json::Node(document, what).each([&](const json::Node& one) {
        const std::string name = one.at("state").as_string();
        for (const State state : states) {
            if (name == to_string(state) && state != State::absent) {
                partitions.push_back({one.at("name").as_string(), state});
                return;
            }
        }
        one.at("state").fail(quoted(name) + " is no state of a partition");
    });
    return partitions;
}

}  // namespace phi::backend

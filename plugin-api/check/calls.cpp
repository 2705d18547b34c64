// SPDX-License-Identifier: Apache-2.0
#include "calls.hpp"

#include <rapidjson/document.h>

#include <cstring>
#include <runphi/sdk/json.hpp>

namespace check {

using runphi::sdk::Query;
using runphi::sdk::State;

namespace {

// RapidJSON's own reader knows what UTF-8 is.
bool is_utf8(const std::string& text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    rapidjson::Document document;
    document.Parse<rapidjson::kParseValidateEncodingFlag>(quoted + "\"");
    return !document.HasParseError();
}

Query unpack(Longer<runphi_query>& answer) {
    answer.require_untouched("runphi_query");
    const runphi_query& from = *answer.get();
    require(from.state >= RUNPHI_STATE_ABSENT && from.state <= RUNPHI_STATE_FAILED,
            "state " + std::to_string(from.state) + " is not in the list");
    require(from.has_exit == 0 || from.has_exit == 1, "has_exit is neither 0 nor 1");
    Query query{static_cast<State>(from.state), std::nullopt,
                require_text(from.detail, sizeof from.detail, "query.detail")};
    if (from.has_exit == 1) {
        require(from.exit_status >= 0 && from.exit_status <= 255,
                "exit status " + std::to_string(from.exit_status) + " is not 0 to 255");
        query.exit_status = from.exit_status;
    }
    return query;
}

}  // namespace

std::string require_text(const char* field, std::size_t capacity, const char* what) {
    const std::size_t length = ::strnlen(field, capacity);
    require(length < capacity, std::string(what) + " is not NUL-terminated");
    std::string text(field, length);
    require(is_utf8(text), std::string(what) + " is not UTF-8");
    return text;
}

Outcome call(Host& host, const std::function<runphi_result(runphi_error*)>& f) {
    Longer<runphi_error> error;
    host.begin_call();
    Outcome outcome;
    outcome.code = f(error.get());
    error.require_untouched("runphi_error");
    outcome.message = require_text(error->message, sizeof error->message, "error.message");
    outcome.hint = require_text(error->hint, sizeof error->hint, "error.hint");
    require(outcome.code >= RUNPHI_OK && outcome.code <= RUNPHI_INTERNAL,
            "result " + std::to_string(outcome.code) + " is not in the list");
    if (outcome.ok()) {
        require(outcome.message.empty(), "it succeeded and filled the error: " + outcome.message);
    } else {
        require(!outcome.message.empty(),
                "it failed with code " + std::to_string(outcome.code) + " and says not why");
    }
    return outcome;
}

runphi_result Sink::write(void* ctx, const void* data, std::uint64_t length) {
    auto& sink = *static_cast<Sink*>(ctx);
    if (length > sink.bound_ - sink.text_.size()) {
        sink.overflowed_ = true;
        return RUNPHI_NO_RESOURCE;
    }
    sink.text_.append(static_cast<const char*>(data), length);
    return RUNPHI_OK;
}

Longer<runphi_partition> packed(const Place& place) {
    Longer<runphi_partition> out;
    out->dir_fd = place.dir_fd;
    out->dir = place.dir.c_str();
    out->name = place.name.c_str();
    // Empty bytes may have no address: that is promised, so it is tried.
    if (!place.handle.empty()) out->handle = {place.handle.data(), place.handle.size()};
    if (!place.plan.empty()) out->plan = {place.plan.data(), place.plan.size()};
    return out;
}

Outcome act(Host& host, runphi_partition_fn function, const Place& place) {
    auto partition = packed(place);
    Outcome outcome = call(
        host, [&](runphi_error* error) { return function(host.abi(), partition.get(), error); });
    partition.require_untouched("runphi_partition");
    return outcome;
}

Query query(Host& host, const Tables& tables, const Place& place) {
    auto partition = packed(place);
    Longer<runphi_query> answer;
    call(host, [&](runphi_error* error) {
        return tables.lifecycle->query(host.abi(), partition.get(), answer.get(), error);
    }).expect_ok("query");
    return unpack(answer);
}

Query event(Host& host, const Tables& tables, const Place& place, int fd) {
    auto partition = packed(place);
    Longer<runphi_query> answer;
    call(host, [&](runphi_error* error) {
        return tables.lifecycle->event(host.abi(), partition.get(), fd, answer.get(), error);
    }).expect_ok("event");
    return unpack(answer);
}

std::vector<runphi::sdk::Listed> list(Host& host, const Tables& tables) {
    Sink out;
    call(host, [&](runphi_error* error) {
        return tables.lifecycle->list(host.abi(), out.abi(), error);
    }).expect_ok("list");
    out.require_bounded("the list");
    const runphi::sdk::JsonDocument document(out.text(), "list");
    std::vector<runphi::sdk::Listed> partitions;
    for (const auto& one : document.root().elements()) {
        const std::string name = one.at("state").string();
        bool known = false;
        for (const State state :
             {State::created, State::running, State::paused, State::stopped, State::failed}) {
            if (name != to_string(state)) continue;
            partitions.push_back({one.at("name").string(), state});
            known = true;
        }
        require(known, "the list has a partition in state \"" + name + "\"");
    }
    return partitions;
}

std::optional<State> listed(Host& host, const Tables& tables, const std::string& name) {
    std::optional<State> found;
    for (const auto& one : list(host, tables)) {
        if (one.name != name) continue;
        require(!found, "the list has partition " + name + " twice");
        found = one.state;
    }
    return found;
}

}  // namespace check

// SPDX-License-Identifier: Apache-2.0
#include "core/backend/backend.hpp"
#include "core/backend/images.hpp"

#include <algorithm>
#include <cstring>

#include "core/backend/call.hpp"
#include "core/backend/loaded.hpp"
#include "core/backend/sink.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::backend {

namespace {

runphi_bytes bytes(const std::string& from) {
    return {from.data(), from.size()};
}

runphi_partition packed(const Partition& from) {
    runphi_partition to{};
    to.size = sizeof to;
    to.dir_fd = from.dir_fd;
    to.dir = from.dir.c_str();
    to.name = from.name.c_str();
    to.handle = bytes(from.handle);
    to.plan = bytes(from.plan);
    return to;
}

}  // namespace

Backend::Backend(std::unique_ptr<Loaded> loaded) : loaded_(std::move(loaded)) {}
Backend::~Backend() = default;

const std::string& Backend::id() const {
    return loaded_->id;
}
const std::string& Backend::version() const {
    return loaded_->version;
}
const std::string& Backend::vendor() const {
    return loaded_->vendor;
}
bool Backend::has(const char* interface_name) const {
    return loaded_->entry.get_interface(interface_name) != nullptr;
}
void Backend::set_rootfs(const Rootfs* rootfs) {
    loaded_->host.set_rootfs(rootfs);
}
void Backend::set_shares(int mount_namespace) {
    loaded_->host.set_shares(mount_namespace);
}
void Backend::set_planner(BundlePlanner planner) {
    loaded_->host.set_planner(std::move(planner));
}
void Backend::assume(std::uint64_t capabilities) {
    loaded_->probe =
        Probe{true, capabilities, "", "the machine that is planned for is another one"};
}
void Backend::set_deadline(Deadline deadline) {
    loaded_->host.set_deadline(deadline);
}

const Probe& Backend::probe() const {
    Loaded& l = *loaded_;
    if (!l.probe) {
        runphi_probe out{};
        out.size = sizeof out;
        call(l.id, "probe",
             [&](auto* error) { return l.interfaces.detect->probe(l.host.abi(), &out, error); });
        l.probe = checked_probe(l.id, out);
    }
    return *l.probe;
}

std::string Backend::inventory() const {
    const Loaded& l = *loaded_;
    Sink board(Sink::document_max);
    call(l.id, "inventory", [&](auto* error) {
        return l.interfaces.detect->inventory(l.host.abi(), board.abi(), error);
    });
    std::string json = board.take(l.id + ": the inventory");
    require_object(json, l.id + ": the inventory");
    return json;
}

std::string Backend::plan_stage(Stage stage, const std::string& board, const std::string& plan,
                                const std::vector<boot::Image>& images) const {
    Loaded& l = *loaded_;
    const runphi_resources& r = *l.interfaces.resources;
    const runphi_stage_fn stages[] = {r.begin, r.cpu, r.mem, r.dev, r.net, r.comm, r.boot, r.end};
    const auto abi_images = packed(images);
    runphi_planning in{};
    in.size = sizeof in;
    in.n_images = static_cast<std::uint32_t>(abi_images.size());
    in.board = bytes(board);
    in.plan = bytes(plan);
    in.images = abi_images.data();
    Sink part(Sink::document_max);
    call(l.id, to_string(stage), [&](auto* error) {
        return stages[static_cast<int>(stage)](l.host.abi(), &in, part.abi(), error);
    });
    const std::string what = text(l.id, ": the plan's part ", to_string(stage));
    std::string json = part.take(what);
    if (!json.empty()) require_object(json, what);
    return json;
}

std::string Backend::create(const Partition& partition,
                            const std::vector<boot::Image>& images) const {
    Loaded& l = *loaded_;
    const auto abi_images = packed(images);
    runphi_partition abi = packed(partition);
    abi.handle = {};
    Sink handle(RUNPHI_HANDLE_MAX);
    l.host.prepare_cache();
    call(l.id, "create", [&](auto* error) {
        return l.interfaces.lifecycle->create(l.host.abi(), &abi, abi_images.data(),
                                              static_cast<std::uint32_t>(abi_images.size()),
                                              handle.abi(), error);
    });
    return handle.take(l.id + ": the handle");
}

namespace {

void act(const std::string& id, const HostTable& host, const char* name,
         runphi_partition_fn function, const Partition& partition) {
    const runphi_partition abi = packed(partition);
    call(id, name, [&](auto* error) { return function(host.abi(), &abi, error); });
}

// For what needs none if the backend has none.
void act_if_any(const std::string& id, const HostTable& host, const char* name,
                runphi_partition_fn function, const Partition& partition) {
    if (function == nullptr) return;
    try {
        act(id, host, name, function, partition);
    } catch (const Error& error) {
        if (error.code() != Code::unsupported) throw;
    }
}

using OpenFunction = runphi_result (*)(const runphi_host*, const runphi_partition*, std::int32_t*,
                                       runphi_error*);

UniqueFd open(const std::string& id, const HostTable& host, const char* name, OpenFunction function,
              const Partition& partition) {
    const runphi_partition abi = packed(partition);
    std::int32_t fd = -1;
    call(id, name, [&](auto* error) { return function(host.abi(), &abi, &fd, error); });
    return checked_fd(id, name, fd);
}

void require(const Backend& backend, std::uint64_t bit, const char* capability,
             const char* interface) {
    if (backend.can(bit)) return;
    throw Error(Code::unsupported,
                text("backend ", quoted(backend.id()), " has not the capability ",
                     quoted(capability), " (", interface, ")"));
}

}  // namespace

void Backend::start(const Partition& partition) const {
    act(loaded_->id, loaded_->host, "start", loaded_->interfaces.lifecycle->start, partition);
}
void Backend::stop(const Partition& partition) const {
    act(loaded_->id, loaded_->host, "stop", loaded_->interfaces.lifecycle->stop, partition);
}
void Backend::pause(const Partition& partition) const {
    require(*this, RUNPHI_CAP_PAUSE, "pause", RUNPHI_LIFECYCLE_1);
    act(loaded_->id, loaded_->host, "pause", loaded_->interfaces.lifecycle->pause, partition);
}
void Backend::resume(const Partition& partition) const {
    require(*this, RUNPHI_CAP_PAUSE, "pause", RUNPHI_LIFECYCLE_1);
    act(loaded_->id, loaded_->host, "resume", loaded_->interfaces.lifecycle->resume, partition);
}
void Backend::kill(const Partition& partition) const {
    act(loaded_->id, loaded_->host, "kill", loaded_->interfaces.lifecycle->kill, partition);
}
void Backend::destroy(const Partition& partition) const {
    act(loaded_->id, loaded_->host, "destroy", loaded_->interfaces.lifecycle->destroy, partition);
}
void Backend::mount(const Partition& partition) const {
    act_if_any(loaded_->id, loaded_->host, "mount", loaded_->interfaces.lifecycle->mount,
               partition);
}
void Backend::unmount(const Partition& partition) const {
    act_if_any(loaded_->id, loaded_->host, "unmount", loaded_->interfaces.lifecycle->unmount,
               partition);
}

Status Backend::query(const Partition& partition) const {
    const Loaded& l = *loaded_;
    const runphi_partition abi = packed(partition);
    runphi_query out{};
    out.size = sizeof out;
    call(l.id, "query", [&](auto* error) {
        return l.interfaces.lifecycle->query(l.host.abi(), &abi, &out, error);
    });
    return checked_status(l.id, "query", out);
}

UniqueFd Backend::wait(const Partition& partition) const {
    return open(loaded_->id, loaded_->host, "wait", loaded_->interfaces.lifecycle->wait, partition);
}

Status Backend::event(const Partition& partition, int fd) const {
    const Loaded& l = *loaded_;
    const runphi_partition abi = packed(partition);
    runphi_query out{};
    out.size = sizeof out;
    call(l.id, "event", [&](auto* error) {
        return l.interfaces.lifecycle->event(l.host.abi(), &abi, fd, &out, error);
    });
    return checked_status(l.id, "event", out);
}

std::vector<Listed> Backend::list() const {
    const Loaded& l = *loaded_;
    Sink out(Sink::document_max);
    call(l.id, "list",
         [&](auto* error) { return l.interfaces.lifecycle->list(l.host.abi(), out.abi(), error); });
    return parse_list(out.take(l.id + ": the list"), l.id + ": the list");
}

UniqueFd Backend::console(const Partition& partition) const {
    const runphi_channel* channel = loaded_->interfaces.channel;
    require(*this, channel != nullptr ? RUNPHI_CAP_CONSOLE : 0, "console", RUNPHI_CHANNEL_1);
    return open(loaded_->id, loaded_->host, "console", channel->console, partition);
}

UniqueFd Backend::agent(const Partition& partition) const {
    const runphi_channel* channel = loaded_->interfaces.channel;
    require(*this, channel != nullptr ? RUNPHI_CAP_AGENT : 0, "agent", RUNPHI_CHANNEL_1);
    return open(loaded_->id, loaded_->host, "agent", channel->agent, partition);
}

UniqueFd Backend::sessions(const Partition& partition) const {
    const runphi_channel* channel = loaded_->interfaces.channel;
    require(*this, channel != nullptr ? RUNPHI_CAP_SESSIONS : 0, "sessions", RUNPHI_CHANNEL_1);
    return open(loaded_->id, loaded_->host, "sessions", channel->sessions, partition);
}

std::string Backend::stats(const Partition& partition) const {
    const Loaded& l = *loaded_;
    require(*this, l.interfaces.stats != nullptr ? RUNPHI_CAP_STATS : 0, "stats", RUNPHI_STATS_1);
    const runphi_partition abi = packed(partition);
    Sink out(Sink::document_max);
    call(l.id, "stats", [&](auto* error) {
        return l.interfaces.stats->read(l.host.abi(), &abi, out.abi(), error);
    });
    std::string json = out.take(l.id + ": the stats");
    require_object(json, l.id + ": the stats");
    return json;
}

std::string Backend::update(const Partition& partition, const std::string& plan) const {
    const Loaded& l = *loaded_;
    require(*this, l.interfaces.update != nullptr ? RUNPHI_CAP_UPDATE : 0, "update",
            RUNPHI_UPDATE_1);
    const runphi_partition abi = packed(partition);
    const runphi_bytes wanted = bytes(plan);
    Sink handle(RUNPHI_HANDLE_MAX);
    call(l.id, "update", [&](auto* error) {
        return l.interfaces.update->update(l.host.abi(), &abi, &wanted, handle.abi(), error);
    });
    return handle.take(l.id + ": the handle");
}

int Backend::tool(const std::vector<std::string>& args) const {
    const Loaded& l = *loaded_;
    if (l.interfaces.tool == nullptr) {
        throw Error(Code::unsupported,
                    text("backend ", quoted(l.id), " has no command line (" RUNPHI_TOOL_1 ")"));
    }
    std::vector<const char*> argv;
    argv.reserve(args.size() + 1);
    for (const std::string& arg : args) argv.push_back(arg.c_str());
    argv.push_back(nullptr);
    std::int32_t status = 0;
    call(l.id, "tool", [&](auto* error) {
        return l.interfaces.tool->run(l.host.abi(), static_cast<std::int32_t>(args.size()),
                                      argv.data(), &status, error);
    });
    if (status < 0 || status > 255) {
        throw Error(Code::internal, text(l.id, ": tool answered exit status ", status));
    }
    return status;
}

}  // namespace phi::backend

// SPDX-License-Identifier: Apache-2.0
// What a container's directory tells by itself. A short command needs no more, so nothing here may
// need a backend.
#include <fcntl.h>
#include <sys/stat.h>

#include "core/base/json.hpp"
#include "core/container/store.hpp"
#include "core/fs/file.hpp"

namespace phi::container {

std::optional<Container> open_at(const std::string& store_dir, const std::string& id) {
    const std::string path = store_dir + "/" + id;
    UniqueFd dir(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!dir) return std::nullopt;
    const std::string state = read_file_if_there(dir.get(), state_file);
    if (state.empty()) return std::nullopt;
    Container container;
    container.record = Record::parse(state, path + "/" + state_file);
    container.dir = path;
    container.dir_fd = std::move(dir);
    return container;
}

void Container::save() const {
    write_atomic(dir_fd.get(), state_file, record.to_json());
}

void Container::change(Status to, const std::function<void()>& effect) {
    record.in_doubt = true;
    save();
    effect();
    record.status = to;
    record.in_doubt = false;
    save();
}

bool Container::abandoned() const {
    if (record.boot_id != boot_id()) return true;
    return record.status == Status::creating && !alive(record.owner);
}

pid_t Container::pid() const {
    return record.boot_id == boot_id() && alive(record.monitor) ? record.monitor.pid : 0;
}

std::string Container::read(const std::string& name) const {
    return read_file_if_there(dir_fd.get(), name);
}

std::optional<int> Container::exit_status() const {
    const std::string left = read("exit");
    if (left.empty()) return std::nullopt;
    const json::Document document = json::parse(left, dir + "/exit");
    return static_cast<int>(json::Node(document, "exit").at("status").as_u64(0, 255));
}

std::optional<Status> Container::recorded_status() const {
    if (record.boot_id != boot_id()) return Status::stopped;
    if (record.status == Status::creating) {
        return alive(record.owner) ? Status::creating : Status::stopped;
    }
    if (!alive(record.monitor)) return Status::stopped;
    if (record.in_doubt) return std::nullopt;
    return record.status;
}

std::optional<oci::State> recorded_state(const Container& container) {
    struct stat info {};
    if (::fstat(container.dir_fd.get(), &info) != 0 || info.st_uid != 0) return std::nullopt;
    const auto status = container.recorded_status();
    if (!status) return std::nullopt;
    return oci_state(container, *status, "root");
}

oci::State oci_state(const Container& container, Status status, const std::string& owner) {
    const Record& record = container.record;
    oci::State state;
    state.version = record.oci_version;
    state.id = record.id;
    state.pid = status == Status::stopped ? 0 : record.monitor.pid;
    state.status = to_string(status);
    state.bundle = record.bundle;
    state.rootfs = record.rootfs;
    state.created = record.created;
    state.annotations = record.annotations;
    state.owner = owner;
    return state;
}

}  // namespace phi::container

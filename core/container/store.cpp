// SPDX-License-Identifier: Apache-2.0
#include "core/container/store.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/container/locked.hpp"
#include "core/container/teardown.hpp"
#include "core/forward/store_path.hpp"
#include "core/fs/file.hpp"
#include "core/oci/id.hpp"

namespace phi::container {

namespace {

constexpr unsigned dir_mode = 0711;

Error name_taken() {
    return Error(Code::exists, "container with given ID already exists");
}
Error no_such_container() {
    return Error(Code::not_found, "container does not exist");
}

// The names of the subdirectories of a directory; none if it does not exist.
std::vector<std::string> subdirectories(const std::string& path) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(path.c_str()), ::closedir);
    if (!dir) return names;
    while (const dirent* entry = ::readdir(dir.get())) {
        const std::string_view name = entry->d_name;
        const bool directory = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
        if (directory && name != "." && name != "..") names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

Store::Store(const Settings& settings, const std::string& root)
    : settings_(settings), root_(root), dir_(forward::store_dir(settings, root)) {}

std::optional<Container> Store::claim(int store_fd, const std::string& id) const {
    if (::mkdirat(store_fd, id.c_str(), dir_mode) != 0) {
        if (errno != EEXIST) throw os_error("mkdir " + dir_ + "/" + id);
        clear_abandoned(id);
        return std::nullopt;
    }
    // Until it is locked and has a state, our directory looks abandoned, and another create may
    // have cleared it away and made its own in its place. Whoever has the lock of one without a
    // state has the name.
    Container made;
    made.dir = dir_ + "/" + id;
    made.dir_fd.reset(::openat(store_fd, id.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!made.dir_fd) return std::nullopt;
    try {
        made.lock =
            lock_directory(made.dir_fd.get(), id, Deadline::in(std::chrono::milliseconds(0)));
    } catch (const Error& error) {
        if (error.code() == Code::busy) throw name_taken();
        throw;
    }
    if (!made.lock) return std::nullopt;
    if (!made.read(state_file).empty()) throw name_taken();
    return made;
}

Container Store::create(Record record) const {
    oci::check_id(record.id);
    const UniqueFd store = make_directories(dir_, dir_mode);
    std::optional<Container> claimed;
    while (!claimed) claimed = claim(store.get(), record.id);
    Container made = std::move(*claimed);
    record.root = root_;
    record.status = Status::creating;
    record.boot_id = boot_id();
    record.owner = self();
    record.created = rfc3339_now();
    made.record = std::move(record);
    made.save();
    return made;
}

void Store::clear_abandoned(const std::string& id) const {
    std::optional<Container> remains;
    try {
        remains = open_remains(id, Deadline::in(std::chrono::milliseconds(0)));
    } catch (const Error& error) {
        // Somebody is at work on it.
        if (error.code() == Code::busy) throw name_taken();
        throw;
    }
    if (!remains) return;
    if (!remains->abandoned()) throw name_taken();
    tear_down(*remains, settings_);
}

std::optional<Container> Store::find(const std::string& id) const {
    oci::check_id(id);
    return open_at(dir_, id);
}

bool Store::has(const std::string& id) const {
    return find(id).has_value();
}

Container Store::open(const std::string& id) const {
    auto found = find(id);
    if (!found) throw no_such_container();
    return std::move(*found);
}

Container Store::open_locked(const std::string& id, Deadline deadline) const {
    oci::check_id(id);
    auto found = open_locked_at(dir_, id, deadline);
    if (!found) throw no_such_container();
    return std::move(*found);
}

std::optional<Container> open_remains_at(const std::string& store_dir, const std::string& id,
                                         Deadline deadline) {
    Container remains;
    remains.dir = store_dir + "/" + id;
    remains.dir_fd.reset(
        ::open(remains.dir.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!remains.dir_fd) return std::nullopt;
    remains.lock = lock_directory(remains.dir_fd.get(), id, deadline);
    if (!remains.lock) return std::nullopt;
    const std::string state = remains.read(state_file);
    if (state.empty()) {
        // mkdir was all that its owner came to, or removing it was cut short: no effect is left.
        remains.record.id = id;
        return remains;
    }
    remains.record = Record::parse(state, remains.dir + "/" + state_file);
    return remains;
}

std::optional<Container> Store::open_remains(const std::string& id, Deadline deadline) const {
    oci::check_id(id);
    return open_remains_at(dir_, id, deadline);
}

std::vector<std::string> Store::ids() const {
    return ids_in(dir_);
}

std::vector<std::string> ids_in(const std::string& store_dir) {
    std::vector<std::string> ids = subdirectories(store_dir);
    std::erase_if(ids, [](const std::string& name) { return name[0] == '@'; });
    return ids;
}

std::vector<std::string> all_store_dirs(const Settings& settings) {
    std::vector<std::string> dirs{settings.state_dir};
    for (const auto& name : subdirectories(settings.state_dir)) {
        if (name[0] == '@' && name != "@cache") dirs.push_back(settings.state_dir + "/" + name);
    }
    return dirs;
}

}  // namespace phi::container

// SPDX-License-Identifier: Apache-2.0
#include "root.hpp"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "core/base/capture.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/fs/file.hpp"

namespace phi::configure {
namespace {

std::string folder_of(const std::string& path) {
    return path.substr(0, path.rfind('/') + 1);
}
std::string name_of(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}
// What a file is called until it is whole.
std::string unfinished(const std::string& path) {
    return text(folder_of(path), ".", name_of(path), ".runphi-new");
}

}  // namespace

Root::Root(const std::string& dir) {
    char real[PATH_MAX];
    if (::realpath(dir.c_str(), real) == nullptr) throw os_error("--root " + dir);
    if (std::string(real) != "/") dir_ = real;
}

std::string Root::inside(const std::string& path) const {
    return path.starts_with(dir_ + "/") ? path.substr(dir_.size()) : path;
}

bool Root::has(const std::string& path) const {
    struct stat found {};
    return ::lstat(at(path).c_str(), &found) == 0;
}

bool Root::has_directory(const std::string& path) const {
    struct stat found {};
    return ::stat(at(path).c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

std::optional<std::string> Root::read(const std::string& path) const {
    if (!has(path)) return std::nullopt;
    return read_file(at(path));
}

void Root::write(const std::string& path, const std::string& bytes, unsigned mode) const {
    const UniqueFd folder = open_directory(at(folder_of(path)));
    const std::string temporary = name_of(unfinished(path));
    remove_unfinished(path);
    const UniqueFd file(::openat(folder.get(), temporary.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) throw os_error("write " + path);
    write_all(file.get(), bytes, "write " + path);
    if (::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0 ||
        ::renameat(folder.get(), temporary.c_str(), folder.get(), name_of(path).c_str()) != 0) {
        throw os_error("write " + path);
    }
    ::fsync(folder.get());
}

void Root::rename(const std::string& from, const std::string& to) const {
    if (::rename(at(from).c_str(), at(to).c_str()) != 0) {
        throw os_error(text("rename ", from, " to ", to));
    }
    sync_folder_of(to);
}

void Root::link(const std::string& from, const std::string& to) const {
    if (::link(at(from).c_str(), at(to).c_str()) != 0) {
        throw os_error(text("link ", from, " to ", to));
    }
    sync_folder_of(to);
}

void Root::point(const std::string& path, const std::string& target) const {
    const std::string fresh = unfinished(path);
    remove_unfinished(path);
    if (::symlink(target.c_str(), at(fresh).c_str()) != 0) throw os_error("link " + path);
    rename(fresh, path);
}

void Root::remove_unfinished(const std::string& path) const {
    remove(unfinished(path));
}

bool Root::remove(const std::string& path) const {
    if (::unlink(at(path).c_str()) == 0) {
        sync_folder_of(path);
        return true;
    }
    if (errno == ENOENT || errno == ENOTDIR) return false;
    throw os_error("remove " + path);
}

void Root::remove_tree(const std::string& path) const {
    if (!has_directory(folder_of(path))) return;
    remove_tree_at(open_directory(at(folder_of(path))).get(), name_of(path));
}

void Root::sync_folder_of(const std::string& path) const {
    ::fsync(open_directory(at(folder_of(path))).get());
}

Root::Ran Root::run(const std::vector<std::string>& argv, int limit_s) const {
    SpawnRequest request;
    request.argv = argv;
    request.env = own_environment();
    request.path = at(argv.front());
    if (has(Settings::default_file) && !is_machine()) {
        request.env.push_back("RUNPHI_CONFIG=" + at(Settings::default_file));
    }
    CaptureOptions options;
    options.merged = true;
    options.deadline = Deadline::in(std::chrono::seconds(limit_s));
    const Captured captured = capture(std::move(request), options);
    return {captured.status, captured.out};
}

Settings Root::settings() const {
    const auto file = read(Settings::default_file);
    Settings settings = file ? Settings::parse(*file, Settings::default_file) : Settings();
    const Settings defaults;
    for (const auto path : {&Settings::backends_dir, &Settings::state_dir, &Settings::board,
                            &Settings::guest_dir, &Settings::log_file}) {
        if (settings.*path == defaults.*path) settings.*path = at(defaults.*path);
    }
    return settings;
}

}  // namespace phi::configure

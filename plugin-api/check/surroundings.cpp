// SPDX-License-Identifier: Apache-2.0
#include "surroundings.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "report.hpp"

namespace check {

namespace fs = std::filesystem;

namespace {

std::string link_target(const std::string& path) {
    char target[PATH_MAX];
    const ssize_t length = ::readlink(path.c_str(), target, sizeof target);
    return length > 0 ? std::string(target, static_cast<std::size_t>(length)) : std::string("?");
}

void compare(const char* what, const std::vector<std::string>& before,
             const std::vector<std::string>& after) {
    const std::set<std::string> was(before.begin(), before.end());
    const std::set<std::string> is(after.begin(), after.end());
    for (const std::string& one : is) {
        if (was.count(one) == 0) throw Failure{std::string("new ") + what + " " + one};
    }
    for (const std::string& one : was) {
        if (is.count(one) == 0) throw Failure{std::string("lost ") + what + " " + one};
    }
}

}  // namespace

std::vector<std::string> open_descriptors() {
    // The numbers first: reading the directory opens one more.
    std::vector<std::string> numbers;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        numbers.push_back(entry.path().filename());
    }
    std::vector<std::string> out;
    for (const std::string& number : numbers) {
        if (::fcntl(std::atoi(number.c_str()), F_GETFD) < 0) continue;
        out.push_back(number + " -> " + link_target("/proc/self/fd/" + number));
    }
    return out;
}

std::vector<runphi::sdk::ProcessId> children_of(int pid) {
    std::vector<runphi::sdk::ProcessId> out;
    for (const auto& process : runphi::sdk::running_processes()) {
        const auto stat = runphi::sdk::process_stat(process);
        if (stat && stat->parent == pid) out.push_back(process);
    }
    return out;
}

std::vector<runphi::sdk::ProcessId> descendants_of(int pid) {
    auto out = children_of(pid);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto grandchildren = children_of(out[i].pid);
        out.insert(out.end(), grandchildren.begin(), grandchildren.end());
    }
    return out;
}

std::vector<std::string> directory_entries(const std::string& dir) {
    std::vector<std::string> out;
    std::error_code ignored;
    for (const auto& entry : fs::recursive_directory_iterator(dir, ignored)) {
        struct stat found {};
        if (::lstat(entry.path().c_str(), &found) != 0) continue;
        out.push_back(entry.path().string() + " (" + std::to_string(found.st_size) +
                      " bytes, changed " + std::to_string(found.st_mtim.tv_sec) + "." +
                      std::to_string(found.st_mtim.tv_nsec) + ")");
    }
    std::sort(out.begin(), out.end());
    return out;
}

Surroundings Surroundings::now(const std::string& dir) {
    Surroundings out;
    out.descriptors = open_descriptors();
    for (const auto& child : children_of(::getpid())) {
        out.children.push_back(std::to_string(child.pid));
    }
    out.files = directory_entries(dir);
    out.cwd = fs::current_path();
    out.umask = ::umask(0);
    ::umask(static_cast<mode_t>(out.umask));
    return out;
}

void Surroundings::require_same(const Surroundings& later) const {
    compare("descriptor", descriptors, later.descriptors);
    compare("child process", children, later.children);
    compare("file", files, later.files);
    require(cwd == later.cwd, "the working directory changed to " + later.cwd);
    require(umask == later.umask, "the umask changed");
}

TemporaryDirectory::TemporaryDirectory() {
    char pattern[] = "/tmp/runphi-check-XXXXXX";
    if (::mkdtemp(pattern) == nullptr) throw runphi::sdk::os_error("make a directory in /tmp");
    path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace check

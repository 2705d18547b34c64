// SPDX-License-Identifier: Apache-2.0
#include "core/command/caller.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <memory>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/fs/file.hpp"

namespace phi::command {

void close_inherited_descriptors() {
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir("/proc/self/fd"), ::closedir);
    if (!dir) throw os_error("open /proc/self/fd");
    while (const dirent* entry = ::readdir(dir.get())) {
        const auto fd = parse_u64(entry->d_name);
        if (!fd || *fd < 3) continue;
        const int number = static_cast<int>(*fd);
        if ((::fcntl(number, F_GETFD) & FD_CLOEXEC) == 0) ::close(number);
    }
}

std::string absolute_path(const std::string& path) {
    if (path.empty() || path[0] == '/') return path;
    char cwd[PATH_MAX];
    if (::getcwd(cwd, sizeof cwd) == nullptr) throw os_error("getcwd");
    return text(cwd, "/", path);
}

void replace_file(const std::string& path, std::string_view content) {
    const auto slash = path.rfind('/');
    const UniqueFd dir = open_directory(path.substr(0, slash + 1));
    write_atomic(dir.get(), path.substr(slash + 1), content, 0644);
}

void write_pid_file(const std::string& path, pid_t pid) {
    replace_file(path, std::to_string(pid));
}

}  // namespace phi::command

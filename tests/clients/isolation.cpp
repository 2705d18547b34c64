// SPDX-License-Identifier: Apache-2.0
#include "isolation.hpp"

#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"

namespace phi::test {

namespace fs = std::filesystem;

namespace {

void checked(int result, const std::string& what) {
    if (result != 0) throw os_error(what);
}

void raise_loopback() {
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    checked(::ioctl(socket.get(), SIOCSIFFLAGS, &request), "raise the loopback device");
}

void furnish(const Place& place) {
    checked(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "make mounts private");
    checked(::mount("proc", "/proc", "proc", 0, nullptr), "mount /proc");
    checked(::mount("tmpfs", "/run", "tmpfs", 0, "mode=755"), "mount /run");
    checked(::mount("tmpfs", place.dir.c_str(), "tmpfs", 0, "mode=711"), "mount " + place.dir);
    raise_loopback();
}

int status_of(int waited) {
    return WIFSIGNALED(waited) ? 128 + WTERMSIG(waited) : WEXITSTATUS(waited);
}

// Process 1 of the namespace: collects whatever loses its parent, until the worker has ended.
int supervise(const Place& place, const std::function<int(const Place&)>& work) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    checked(::unshare(CLONE_NEWNS | CLONE_NEWNET), "make a mount and a network namespace");
    furnish(place);
    const pid_t worker = ::fork();
    if (worker == 0) ::_exit(work(place));
    int waited = 0;
    for (pid_t ended = 0; ended != worker;) {
        ended = ::wait(&waited);
        if (ended < 0 && errno != EINTR) return 1;
    }
    return status_of(waited);
}

std::vector<fs::path> cgroup_dirs(const std::string& parent) {
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& hierarchy : fs::directory_iterator("/sys/fs/cgroup", error)) {
        if (hierarchy.is_symlink(error)) continue;
        const fs::path top = hierarchy.path().string() + parent;
        for (fs::recursive_directory_iterator at(top, error), end; !error && at != end;
             at.increment(error)) {
            if (at->is_directory(error)) found.push_back(at->path());
        }
    }
    return found;
}

void remove_cgroups(const std::string& parent) {
    auto dirs = cgroup_dirs(parent);
    // Inner ones first.
    std::sort(dirs.begin(), dirs.end(), [](const fs::path& a, const fs::path& b) {
        return a.string().size() > b.string().size();
    });
    for (const auto& dir : dirs) ::rmdir(dir.c_str());
    std::error_code error;
    for (const auto& hierarchy : fs::directory_iterator("/sys/fs/cgroup", error)) {
        ::rmdir((hierarchy.path().string() + parent).c_str());
    }
}

}  // namespace

int isolated(const std::function<int(const Place&)>& work) {
    char name[] = "/tmp/runphi-clients-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw os_error("make a folder below /tmp");
    const Place place{name, std::string(name).substr(4)};
    checked(::unshare(CLONE_NEWPID), "make a pid namespace");
    const pid_t first = ::fork();
    if (first == 0) {
        try {
            ::_exit(supervise(place, work));
        } catch (const std::exception& error) {
            ::fprintf(stderr, "%s\n", error.what());
            ::_exit(1);
        }
    }
    int waited = 0;
    while (::waitpid(first, &waited, 0) < 0 && errno == EINTR) {
    }
    remove_cgroups(place.cgroup);
    ::rmdir(place.dir.c_str());
    return status_of(waited);
}

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#include "toolstack.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <memory>
#include <runphi/sdk.hpp>

#include "../files.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr const char* sockets[] = {"/run/xenstored/socket", "/var/run/xenstored/socket"};

void require_privcmd(const Settings& settings) {
    const std::string path = settings.root + "/dev/xen/privcmd";
    const sdk::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (fd) return;
    throw Error(sdk::errno_code(errno),
                "no access to the hypervisor: open " + path + ": " + sdk::errno_text(errno),
                errno == ENOENT ? "load the kernel module xen-privcmd" : "", errno);
}

std::string socket_path(const Settings& settings) {
    if (!settings.xenstored.empty()) return settings.xenstored;
    for (const char* path : sockets) {
        std::string full = settings.root + path;
        if (::access(full.c_str(), F_OK) == 0) return full;
    }
    return settings.root + sockets[0];
}

bool is_number(const char* text) {
    return std::isdigit(static_cast<unsigned char>(*text)) != 0;
}

bool is_xenconsoled(const std::string& proc, const std::string& pid) {
    return read_if_there(proc + "/" + pid + "/comm", 64) == "xenconsoled\n";
}

// As Debian's xencommons starts it. A file may be older than the last boot.
std::optional<int> by_its_file(const Settings& settings, const std::string& proc) {
    std::string pid = read_if_there(settings.root + "/run/xenconsoled.pid", 16).value_or("");
    while (!pid.empty() && pid.back() == '\n') pid.pop_back();
    if (!is_number(pid.c_str()) || pid.find('/') != std::string::npos) return std::nullopt;
    return is_xenconsoled(proc, pid) ? std::optional(std::atoi(pid.c_str())) : std::nullopt;
}

}  // namespace

XenStore require_xenstore(const Settings& settings, std::chrono::milliseconds patience) {
    const auto absent = [](const Error& error) {
        return Error(Code::not_found, "xenstored does not run: " + error.message(),
                     "start it: the service xencommons or xenstored", error.sys_errno());
    };
    try {
        XenStore store = XenStore::connect(socket_path(settings), patience);
        if (!store.read("/local/domain/0/domid")) {
            throw Error(Code::unsupported, "dom0 is not set up: xenstore knows no domain 0",
                        "run xen-init-dom0, as the service xencommons does");
        }
        return store;
    } catch (const Error& error) {
        if (error.code() == Code::not_found) throw absent(error);
        throw;
    }
}

// Else by its name among the processes: where its file is depends on who started it.
std::optional<int> find_xenconsoled(const Settings& settings) {
    const std::string proc = settings.root + "/proc";
    if (const auto pid = by_its_file(settings, proc)) return pid;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(proc.c_str()), &::closedir);
    if (!dir) throw sdk::os_error("open " + proc);
    while (const dirent* entry = ::readdir(dir.get())) {
        if (!is_number(entry->d_name)) continue;
        if (is_xenconsoled(proc, entry->d_name)) return std::atoi(entry->d_name);
    }
    return std::nullopt;
}

void require_toolstack(const Settings& settings) {
    require_privcmd(settings);
    require_xenstore(settings);
    if (find_xenconsoled(settings)) return;
    throw Error(Code::not_found, "xenconsoled does not run: a domain would have no console",
                "start it: the service xencommons or xenconsoled");
}

}  // namespace runphi::xen

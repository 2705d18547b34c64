// SPDX-License-Identifier: Apache-2.0
#include "share.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "command_line.hpp"
#include "emulator.hpp"
#include "files.hpp"
#include "socket.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

constexpr const char* usual_places[] = {"/usr/libexec/virtiofsd", "/usr/lib/virtiofsd",
                                        "/usr/local/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd"};
constexpr std::uint64_t files_wanted = 1'000'000;
constexpr int socket_fd = 3;

// More than the hard limit takes a capability that a runtime in a container has not got.
std::uint64_t files_max() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) throw sdk::os_error("getrlimit");
    return std::min<std::uint64_t>(limit.rlim_max, files_wanted);
}

UniqueFd open_log(int dir_fd) {
    remove_at(dir_fd, share_log);
    if (::mkfifoat(dir_fd, share_log, 0600) != 0) throw sdk::os_error("make virtiofsd.log");
    UniqueFd fd(::openat(dir_fd, share_log, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) throw sdk::os_error("open virtiofsd.log");
    return fd;
}

void forbid_core_files(int pid) {
    const rlimit none{0, 0};
    if (::prlimit(pid, RLIMIT_CORE, &none, nullptr) != 0 && errno != ESRCH) {
        throw sdk::os_error("limit virtiofsd, process " + std::to_string(pid));
    }
}

}  // namespace

std::string find_virtiofsd(const Settings& settings) {
    if (!settings.virtiofsd.empty()) {
        return executable(settings.virtiofsd) ? settings.virtiofsd : std::string();
    }
    for (const char* path : usual_places) {
        if (executable(path)) return path;
    }
    return {};
}

std::string share_part(const sdk::Host& host, const sdk::Plan& plan) {
    const sdk::SharedTree& tree = plan.shares.front();
    const std::string program = find_virtiofsd(Settings::parse(host.settings()));
    if (program.empty()) throw Error(Code::unsupported, no_virtiofsd);
    if (tree.dir.find_first_of(",\\=") != std::string::npos) {
        throw Error(Code::unsupported,
                    "virtiofsd cannot be told of \"" + tree.dir +
                        "\": a comma, a backslash or an "
                        "equals sign in a path",
                    "choose another state_dir in runphi.json");
    }
    return sdk::JsonWriter()
        .object()
        .object("share")
        .field("virtiofsd", program)
        .field("tag", tree.tag)
        .field("dir", tree.dir)
        .end_object()
        .end_object()
        .text();
}

std::optional<SharePart> read_share(const sdk::Plan& plan) {
    const auto part = plan.part("dev");
    const auto share = part ? part->find("share") : std::nullopt;
    if (!share) return std::nullopt;
    return SharePart{share->at("virtiofsd").string(), share->at("tag").string(),
                     share->at("dir").string()};
}

std::vector<std::string> share_command(const SharePart& part, std::uint64_t files_max) {
    // What it serves comes first: by that it is found again (process.hpp).
    std::vector<std::string> out{part.virtiofsd, "--fd=" + std::to_string(socket_fd), "-o",
                                 std::string(share_mark) + part.dir};
    out.push_back("--rlimit-nofile=" + std::to_string(files_max));
    const auto option = [&](const char* value) { out.insert(out.end(), {"-o", value}); };
    // Namespaces of its own, in which there is nothing but the tree.
    option("sandbox=namespace");
    // A device of the guest's making on a volume would be one of the host's.
    option("modcaps=-mknod");
    // The guest looks again at names and attributes after a second, and at data with every open.
    // To look every time makes work on many small files ten times as long, and without any caching
    // no file can be mapped shared.
    option("cache=auto");
    // The entries are of different file systems, whose inode numbers may be the same: the guest
    // makes a file system of its own of each, so that no two files look like one.
    option("announce_submounts");
    // What cp -a and package managers expect of a volume. It has no right to the host's own ones.
    option("xattr");
    return out;
}

Share start_share(const sdk::Host& host, const sdk::Partition& partition, const SharePart& part) {
    const UniqueFd listener = listen_at(partition.dir_fd, share_socket);
    Share share;
    share.connection = connect_at(partition.dir_fd, share_socket);
    remove_at(partition.dir_fd, share_socket);
    const UniqueFd log = open_log(partition.dir_fd);
    sdk::SpawnRequest request;
    request.argv = share_command(part, files_max());
    request.fds = {{log.get(), 1}, {log.get(), 2}, {listener.get(), socket_fd}};
    request.with_shares = true;
    const sdk::Process process = host.spawn(request);
    share.process = {process.pid, process.start_time};
    forbid_core_files(process.pid);
    return share;
}

std::string share_words(int dir_fd) {
    const UniqueFd log(::openat(dir_fd, share_log, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
    char buffer[600];
    const ssize_t got = log ? ::read(log.get(), buffer, sizeof buffer) : 0;
    std::string words(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!words.empty() && words.back() == '\n') words.pop_back();
    std::replace(words.begin(), words.end(), '\n', ';');
    return words;
}

}  // namespace runphi::qemu

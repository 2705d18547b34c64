// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/shares.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/monitor/sync.hpp"

namespace phi::monitor {

namespace {

constexpr unsigned long tmpfs_flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

std::string what(const boot::SharedBind& bind) {
    return text("share ", quoted(bind.path));
}

// The source as a mount of its own, attached nowhere yet.
UniqueFd clone_mount(const boot::SharedBind& bind) {
    const unsigned recursive = bind.recursive ? AT_RECURSIVE : 0;
    UniqueFd tree(::open_tree(bind.source.get(), "",
                              OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | recursive));
    if (!tree) throw os_error(what(bind));
    return tree;
}

void change(const std::string& mount, const boot::SharedBind& bind, unsigned long flags) {
    if (::mount(nullptr, mount.c_str(), nullptr, flags, nullptr) != 0) throw os_error(what(bind));
}

// A space in a path of mountinfo is written as a backslash and 040.
std::string unescaped(std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] != '\\' || i + 3 >= path.size()) {
            out += path[i];
            continue;
        }
        out += static_cast<char>((path[i + 1] - '0') * 64 + (path[i + 2] - '0') * 8 +
                                 (path[i + 3] - '0'));
        i += 3;
    }
    return out;
}

// The mount at a place and those below it. One whose mount point has been deleted is reached by no
// path.
std::vector<std::string> mounts_at(const std::string& place) {
    std::vector<std::string> out;
    const std::string mountinfo = read_file("/proc/self/mountinfo");
    for (const std::string_view line : split(mountinfo, '\n')) {
        const auto fields = split(line, ' ');
        if (fields.size() < 5) continue;
        std::string path = unescaped(fields[4]);
        if (path.ends_with("//deleted")) continue;
        if (path == place || path.starts_with(place + "/")) out.push_back(std::move(path));
    }
    return out;
}

// A remount must name all restrictions that a mount has, or it lifts them.
unsigned long restrictions_of(const std::string& mount) {
    constexpr std::pair<unsigned long, unsigned long> known[] = {
        {ST_NOSUID, MS_NOSUID},   {ST_NODEV, MS_NODEV},       {ST_NOEXEC, MS_NOEXEC},
        {ST_NOATIME, MS_NOATIME}, {ST_RELATIME, MS_RELATIME}, {ST_NODIRATIME, MS_NODIRATIME},
    };
    struct statvfs status {};
    if (::statvfs(mount.c_str(), &status) != 0) throw os_error("statvfs " + mount);
    unsigned long flags = 0;
    for (const auto& [seen, flag] : known) flags |= (status.f_flag & seen) != 0 ? flag : 0;
    return flags;
}

// Nothing that happens in the tree reaches the host. What the host mounts later comes in where that
// is wanted, and goes on to the namespaces of those who serve the tree, which are copies of ours.
// Not by mount_setattr(2), which came with Linux 5.12.
void restrict(const std::string& place, const boot::SharedBind& bind) {
    change(place, bind, MS_REC | (bind.follows_host ? MS_SLAVE : MS_PRIVATE));
    if (bind.follows_host) change(place, bind, MS_REC | MS_SHARED);
    if (!bind.read_only) return;
    for (const auto& mount : mounts_at(place)) {
        change(mount, bind, MS_REMOUNT | MS_BIND | MS_RDONLY | restrictions_of(mount));
    }
}

void make_mount_point(const std::string& path, bool directory) {
    const int made = directory ? ::mkdir(path.c_str(), 0) : ::mknod(path.c_str(), S_IFREG, 0);
    if (made != 0) throw os_error("make " + path);
}

void mount_tmpfs(const std::string& dir, unsigned long flags, const std::string& options) {
    if (::mount("runphi", dir.c_str(), "tmpfs", tmpfs_flags | flags, options.c_str()) != 0) {
        throw os_error("mount a tmpfs on " + dir);
    }
}

// In a process of its own, whose mount namespace becomes the tree's.
void build(const std::vector<boot::SharedBind>& binds, const std::string& dir) {
    // Before the namespace is left: a descriptor's mount can be cloned only in its own.
    std::vector<UniqueFd> trees;
    trees.reserve(binds.size());
    for (const auto& bind : binds) trees.push_back(clone_mount(bind));
    if (::unshare(CLONE_NEWNS) != 0) throw os_error("make a mount namespace");
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) {
        throw os_error("make the mounts of a new namespace its own");
    }
    mount_tmpfs(dir, 0, text("mode=755,size=64k,nr_inodes=", binds.size() + 2));
    for (std::size_t i = 0; i < binds.size(); ++i) {
        const std::string place = text(dir, "/", i);
        make_mount_point(place, binds[i].is_directory);
        if (::move_mount(trees[i].get(), "", AT_FDCWD, place.c_str(), MOVE_MOUNT_F_EMPTY_PATH) !=
            0) {
            throw os_error(what(binds[i]));
        }
        restrict(place, binds[i]);
    }
    // A guest must not find room for files of its own between the entries.
    mount_tmpfs(dir, MS_REMOUNT | MS_RDONLY, {});
}

[[noreturn]] void run_builder(const std::vector<boot::SharedBind>& binds, const std::string& dir,
                              Sync sync) {
    try {
        build(binds, dir);
        sync.say(Word::ready);
        // The namespace must last until the parent has hold of it.
        sync.hear();
        ::_exit(0);
    } catch (const Error& error) {
        sync.say_error(error);
    } catch (const std::exception& error) {
        sync.say_error(Error(Code::internal, error.what()));
    }
    ::_exit(1);
}

UniqueFd namespace_of(pid_t builder, Sync& sync) {
    if (sync.hear() != Word::ready) {
        throw Error(Code::internal, "the process that was to mount the shares died");
    }
    UniqueFd found(::open(text("/proc/", builder, "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC));
    if (!found) throw os_error("open the mount namespace of the shares");
    return found;
}

}  // namespace

std::string shares_dir(const std::string& container_dir) {
    return container_dir + "/shares";
}

UniqueFd make_shares(const std::vector<boot::SharedBind>& binds, const std::string& container_dir) {
    const std::string dir = shares_dir(container_dir);
    if (::mkdir(dir.c_str(), 0700) != 0) throw os_error("mkdir " + dir);
    auto [ours, theirs] = Sync::pair();
    const pid_t builder = ::fork();
    if (builder < 0) throw os_error("fork");
    if (builder == 0) {
        ours.close();
        run_builder(binds, dir, std::move(theirs));
    }
    theirs.close();
    const auto end = [&, &to_builder = ours] {
        to_builder.close();
        while (::waitpid(builder, nullptr, 0) < 0 && errno == EINTR) continue;
    };
    try {
        UniqueFd made = namespace_of(builder, ours);
        end();
        return made;
    } catch (...) {
        end();
        throw;
    }
}

}  // namespace phi::monitor

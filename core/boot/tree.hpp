// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/unique_fd.hpp"
#include "core/boot/credentials.hpp"
#include "core/fs/rootfs.hpp"

// The view of the root file system with the mounts of the configuration laid over it, before it is
// packed. Nothing is mounted on the host: a mount is a layer at a place of this tree.
namespace phi::boot {

// What lies over the root file system at one place.
struct Layer {
    enum class Kind {
        none,    // what is there already; if nothing is, a directory. With a mode, a directory that
                 // keeps what it has, under this mode and owner
        host,    // a directory or a regular file of the host, with all below it
        empty,   // a directory with nothing of what was there
        device,  // a device node
        data,    // a file that we made
    } kind = Kind::none;
    UniqueFd fd;      // host: O_PATH. Of others: what the guest mounts there, to be looked through
    mode_t mode = 0;  // type and permissions; of none, 0: as they are
    std::uint32_t uid = 0, gid = 0;
    dev_t rdev = 0;
    std::string data;
};

struct Node {
    Layer layer;
    std::map<std::string, std::unique_ptr<Node>, std::less<>> children;

    const Node* child(std::string_view name) const;
};

// A place in the tree with all symbolic links on the way resolved.
struct Place {
    std::vector<std::string> path;
    mode_t mode = 0;  // 0: nothing is there yet
    std::uint32_t uid = 0, gid = 0;
    bool behind_mount = false;  // nothing, since a mount of the host was not looked into

    bool exists() const { return mode != 0; }
    bool is_directory() const;
    std::string text() const;  // "/run/secrets"
    bool is_below(const Place& other) const;
    bool same(const Place& other) const { return path == other.path; }
};

class Tree {
  public:
    explicit Tree(const Rootfs& rootfs) : rootfs_(rootfs) {}

    // Where a path leads, seen from inside: links and ".." never leave the root. Throws "not a
    // directory", or "too many levels of symbolic links", naming the path.
    Place resolve(const std::string& path) const;
    // The same for somebody who may be denied it. Errors begin with `what`.
    Place look_up(const std::string& path, const Credentials& who, const std::string& what) const;
    // Lays it over the place, hiding what was laid at it and below it before.
    void lay(const Place& place, Layer layer);
    // Makes sure that there is a directory with this mode and owner, and keeps what it has.
    void keep_directory(const Place& place, mode_t mode, std::uint32_t uid, std::uint32_t gid);

    const Node& top() const { return top_; }
    const Rootfs& rootfs() const { return rootfs_; }

  private:
    Node& node_at(const Place& place);
    const Rootfs& rootfs_;
    Node top_;
};

// The target of a symbolic link. Throws os_error("readlink NAME").
std::string read_link(int dir_fd, const char* name);

}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/boot/choice.hpp"
#include "core/boot/initramfs.hpp"
#include "core/fs/rootfs.hpp"
#include "core/oci/spec.hpp"
#include "core/settings/settings.hpp"
#include "support/errors.hpp"

namespace phi::boot::test {

// A directory under /tmp that goes away with all that is in it.
class TempDir {
  public:
    TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir();

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    // Makes parents too.
    void file(const std::string& name, const std::string& content, unsigned mode = 0644) const;
    void directory(const std::string& name, unsigned mode = 0755) const;
    void symlink(const std::string& name, const std::string& target) const;
    void hard_link(const std::string& name, const std::string& old) const;
    void node(const std::string& name, unsigned mode, dev_t device = 0) const;

  private:
    void parents_of(const std::string& name) const;
    std::string path_;
};

// An executable ELF file of 64 bits with one segment.
std::string elf(unsigned machine, std::uint64_t entry = 0x100000);
std::string elf32(unsigned machine);
std::string arm64_image();
std::string bzimage();
std::string device_tree();

// A node: settings and a guest folder with a kernel for both architectures, phi-init and a module.
// And an image: a root file system with the process's program, /bin/true.
struct Machine {
    TempDir dir;
    std::string rootfs_path;
    Settings settings;
    oci::Spec spec;

    Machine();
    void image_file(const std::string& name, const std::string& content) const;
    Choice choose() const;
    InitramfsOptions options() const;
    std::string pack() const;
    bool marked() const { return is_marked(spec, rootfs_path); }
};

using phi::test::error_of;

std::string read_all(int fd);

// One member of an archive.
struct Member {
    std::uint32_t inode, mode, uid, gid, links, mtime, rdev_major, rdev_minor;
    std::string name, data;
};
// Reads the format independently of the writer; throws std::runtime_error on a broken archive.
std::vector<Member> read_cpio(const std::string& archive);
std::map<std::string, Member> by_name(const std::string& archive);

// Runs a program and waits for it; standard input from, and standard output to these files.
// Returns the exit status.
int run(const std::vector<std::string>& argv, const std::string& in, const std::string& out,
        const std::string& cwd);

}  // namespace phi::boot::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace phi::boot {

// A file's attributes as the archive has them.
struct CpioEntry {
    std::string_view path;  // relative to the root, no leading slash; "." is the root itself
    mode_t mode = 0;        // type and permissions
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::int64_t mtime = 0;  // seconds; cut to the 32 bits without sign that the format has
    dev_t rdev = 0;          // of devices
};

// Which file on the host a hard link belongs to.
using FileIdentity = std::pair<dev_t, ino_t>;

// Writes a cpio archive in the "newc" format (Linux' Documentation/driver-api/early-userspace/
// buffer-format.rst) from the start of a descriptor that can seek. Inode numbers are counted from 1
// in the order of writing, so that the same calls give the same bytes.
class CpioWriter {
  public:
    // Paths longer than this are skipped by the kernel's unpacker, so they are refused here.
    static constexpr std::size_t max_path = 4094;
    static constexpr std::uint64_t max_file = 0xffffffff;

    // Throws Error(no_resource) once the archive would be larger than `limit` bytes.
    CpioWriter(int fd, std::uint64_t limit);

    // A directory, device, FIFO, or a file or symbolic link with this content.
    void add(const CpioEntry& entry, std::string_view content = {});
    // A regular file of `size` bytes from `fd`, read from its start. If it has become shorter, the
    // rest is zeros; if longer, the rest is left out.
    void add_file(const CpioEntry& entry, int fd, std::uint64_t size);
    // One name of a regular file with several. False: a name before has the data, and this one is
    // written. True: the caller adds the data with add_file() or add(), which become its first
    // name.
    bool begin_link(const FileIdentity& file, const CpioEntry& entry);

    // The trailer, and the right link counts. Nothing can be added after it.
    void finish();
    std::uint64_t size() const { return flushed_ + used_; }

  private:
    struct Links {
        std::uint32_t inode;
        std::vector<std::uint64_t> headers;  // offsets
    };
    struct Header {
        std::uint32_t inode;
        std::uint32_t links;
        std::uint32_t length;
    };

    Header next_header(const CpioEntry& entry, std::uint64_t length);
    void write_header(const CpioEntry& entry, const Header& header);
    void reserve(std::uint64_t more);
    void put(std::string_view bytes);
    void pad();
    void flush();
    std::uint64_t read_into_buffer(int fd, std::uint64_t size, std::string_view path);
    std::uint64_t send(int fd, std::uint64_t size, std::string_view path);
    void put_zeros(std::uint64_t count);

    int fd_;
    std::uint64_t limit_;
    std::unique_ptr<char[]> buffer_;
    std::size_t used_ = 0;
    std::uint64_t flushed_ = 0;
    std::uint32_t next_inode_ = 1;
    std::map<FileIdentity, Links> links_;
    Links* pending_ = nullptr;  // begin_link() said true, the data is to come
};

}  // namespace phi::boot

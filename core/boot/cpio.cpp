// SPDX-License-Identifier: Apache-2.0
#include "core/boot/cpio.hpp"

#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"

namespace phi::boot {

namespace {

constexpr std::size_t buffer_size = 256U << 10;
// Files from this size on go through the kernel alone; below, a read into the buffer is cheaper.
constexpr std::uint64_t send_from = 64U << 10;
constexpr std::size_t header_size = 110;
constexpr std::size_t links_offset = 6 + 4 * 8;
constexpr std::string_view trailer = "TRAILER!!!";
constexpr const char* writing = "write the initramfs";

void put_hex(char* to, std::uint32_t value) {
    constexpr const char* digits = "0123456789ABCDEF";
    for (int i = 7; i >= 0; --i) {
        to[i] = digits[value & 15];
        value >>= 4;
    }
}

std::uint32_t clamp_time(std::int64_t seconds) {
    constexpr std::int64_t highest = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, highest));
}

}  // namespace

CpioWriter::CpioWriter(int fd, std::uint64_t limit)
    : fd_(fd), limit_(limit), buffer_(std::make_unique_for_overwrite<char[]>(buffer_size)) {}

void CpioWriter::flush() {
    write_all(fd_, std::string_view(buffer_.get(), used_), writing);
    flushed_ += used_;
    used_ = 0;
}

void CpioWriter::reserve(std::uint64_t more) {
    if (more <= limit_ && size() <= limit_ - more) return;
    throw Error(Code::no_resource,
                text("the root file system with its mounts does not fit into an initramfs of ",
                     format_bytes(limit_)),
                "give the container more memory, or make its image smaller");
}

void CpioWriter::put(std::string_view bytes) {
    while (!bytes.empty()) {
        if (used_ == buffer_size) flush();
        const std::size_t n = std::min(bytes.size(), buffer_size - used_);
        std::memcpy(buffer_.get() + used_, bytes.data(), n);
        used_ += n;
        bytes.remove_prefix(n);
    }
}

void CpioWriter::put_zeros(std::uint64_t count) {
    static constexpr std::array<char, 4096> zeros{};
    while (count > 0) {
        const std::size_t n =
            static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
        put(std::string_view(zeros.data(), n));
        count -= n;
    }
}

void CpioWriter::pad() {
    put_zeros((4 - size() % 4) % 4);
}

CpioWriter::Header CpioWriter::next_header(const CpioEntry& entry, std::uint64_t length) {
    if (length > max_file) {
        throw Error(Code::unsupported,
                    text(quoted(entry.path), ": ", length,
                         " bytes; the initramfs format has no files of 4 GiB and more"));
    }
    if (pending_ == nullptr) {
        const std::uint32_t links = S_ISDIR(entry.mode) ? 2 : 1;
        return {next_inode_++, links, static_cast<std::uint32_t>(length)};
    }
    pending_->headers.push_back(size());
    const std::uint32_t inode = pending_->inode;
    pending_ = nullptr;
    return {inode, 1, static_cast<std::uint32_t>(length)};
}

void CpioWriter::write_header(const CpioEntry& entry, const Header& header) {
    // At the top of the tree this name would end the archive.
    const bool disguise = entry.path == trailer && entry.mode != 0;
    const std::size_t name_size = entry.path.size() + (disguise ? 2 : 0) + 1;
    if (entry.path.empty() || name_size - 1 > max_path) {
        throw Error(Code::unsupported, text(quoted(entry.path, 64), ": a path of ",
                                            entry.path.size(), " bytes, more than ", max_path));
    }
    reserve(header_size + name_size + 3 + header.length + 3);
    const bool device = S_ISCHR(entry.mode) || S_ISBLK(entry.mode);
    const std::array<std::uint32_t, 13> fields{
        header.inode,
        entry.mode,
        entry.uid,
        entry.gid,
        header.links,
        clamp_time(entry.mtime),
        header.length,
        0,  // the device that the file is on: one for the whole archive
        0,
        device ? major(entry.rdev) : 0,
        device ? minor(entry.rdev) : 0,
        static_cast<std::uint32_t>(name_size),
        0,  // the checksum, which this format does not use
    };
    std::array<char, header_size> bytes;
    std::memcpy(bytes.data(), "070701", 6);
    for (std::size_t i = 0; i < fields.size(); ++i) put_hex(bytes.data() + 6 + 8 * i, fields[i]);
    put(std::string_view(bytes.data(), bytes.size()));
    if (disguise) put("./");
    put(entry.path);
    put(std::string_view("\0", 1));
    pad();
}

void CpioWriter::add(const CpioEntry& entry, std::string_view content) {
    write_header(entry, next_header(entry, content.size()));
    put(content);
    pad();
}

void CpioWriter::add_file(const CpioEntry& entry, int fd, std::uint64_t size) {
    write_header(entry, next_header(entry, size));
    const std::uint64_t done =
        size < send_from ? read_into_buffer(fd, size, entry.path) : send(fd, size, entry.path);
    put_zeros(size - done);
    pad();
}

bool CpioWriter::begin_link(const FileIdentity& file, const CpioEntry& entry) {
    const auto [place, first] = links_.try_emplace(file, Links{next_inode_, {}});
    if (first) ++next_inode_;
    pending_ = &place->second;
    if (first) return true;
    write_header(entry, next_header(entry, 0));
    return false;
}

std::uint64_t CpioWriter::read_into_buffer(int fd, std::uint64_t size, std::string_view path) {
    if (buffer_size - used_ < size) flush();
    std::uint64_t done = 0;
    while (done < size) {
        const ssize_t n = ::pread(fd, buffer_.get() + used_, static_cast<std::size_t>(size - done),
                                  static_cast<off_t>(done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw os_error("read " + quoted(path));
        if (n == 0) break;
        used_ += static_cast<std::size_t>(n);
        done += static_cast<std::uint64_t>(n);
    }
    return done;
}

std::uint64_t CpioWriter::send(int fd, std::uint64_t size, std::string_view path) {
    flush();
    off_t offset = 0;
    while (static_cast<std::uint64_t>(offset) < size) {
        const ssize_t n = ::sendfile(
            fd_, fd, &offset, static_cast<std::size_t>(size) - static_cast<std::size_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw os_error("copy " + quoted(path) + " into the initramfs");
        if (n == 0) break;
        flushed_ += static_cast<std::uint64_t>(n);
    }
    return static_cast<std::uint64_t>(offset);
}

void CpioWriter::finish() {
    CpioEntry last;
    last.path = trailer;
    write_header(last, {0, 1, 0});
    flush();
    // How many of a file's names are in the archive is known only now.
    for (const auto& [file, links] : links_) {
        if (links.headers.size() == 1) continue;
        std::array<char, 8> count;
        put_hex(count.data(), static_cast<std::uint32_t>(links.headers.size()));
        for (const auto header : links.headers) {
            const auto at = static_cast<off_t>(header + links_offset);
            if (::pwrite(fd_, count.data(), count.size(), at) !=
                static_cast<ssize_t>(count.size())) {
                throw os_error(writing);
            }
        }
    }
}

}  // namespace phi::boot

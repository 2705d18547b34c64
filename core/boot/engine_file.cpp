// SPDX-License-Identifier: Apache-2.0
#include "core/boot/engine_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/initramfs.hpp"
#include "core/fs/file.hpp"

namespace phi::boot {

namespace {

constexpr std::size_t size_max = 1 << 20;

std::string read_from(int source, const std::string& what) {
    const UniqueFd fd(::open(text("/proc/self/fd/", source).c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) throw os_error("open " + what);
    return read_fd(fd.get(), what, size_max);
}

}  // namespace

std::string read_engine_file(const EngineFile& file) {
    return read_from(file.source.get(), file.destination);
}

void append_engine_file(int initramfs, const EngineFile& file) {
    struct stat status {};
    if (::fstat(file.source.get(), &status) != 0) throw os_error("stat " + file.destination);
    CpioEntry entry;
    entry.path = file.place;
    entry.mode = status.st_mode;
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
    entry.mtime = status.st_mtime;
    append_file(initramfs, entry, read_engine_file(file));
}

}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#include "core/boot/bind_source.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/tree.hpp"
#include "core/fs/rootfs.hpp"

namespace phi::boot {

namespace {

// linux/magic.h has not got these.
constexpr long mqueue_magic = 0x19800202;
constexpr long fusectl_magic = 0x65735543;
constexpr long configfs_magic = 0x62656570;

// File systems whose files are not data but the kernel itself.
constexpr std::array<long, 15> kernel_file_systems{
    PROC_SUPER_MAGIC, SYSFS_MAGIC,   CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, DEVPTS_SUPER_MAGIC,
    DEBUGFS_MAGIC,    TRACEFS_MAGIC, SECURITYFS_MAGIC,   BPF_FS_MAGIC,        EFIVARFS_MAGIC,
    SELINUX_MAGIC,    NSFS_MAGIC,    mqueue_magic,       fusectl_magic,       configfs_magic,
};

bool is_on(const std::string& path, const std::string& dir) {
    return path == dir || path.starts_with(dir + "/");
}

void refuse_kernel_files(int fd, const std::string& path) {
    struct statfs status {};
    if (::fstatfs(fd, &status) != 0) throw os_error("statfs " + quoted(path));
    const bool by_type = std::find(kernel_file_systems.begin(), kernel_file_systems.end(),
                                   static_cast<long>(status.f_type)) != kernel_file_systems.end();
    // devtmpfs cannot be told from tmpfs by its type, so /dev goes by its name.
    const std::string real = read_link(AT_FDCWD, text("/proc/self/fd/", fd).c_str());
    const bool by_name = is_on(real, "/proc") || is_on(real, "/sys") ||
                         (is_on(real, "/dev") && !is_on(real, "/dev/shm"));
    if (by_type || by_name) {
        throw Error(
            Code::unsupported,
            quoted(path) + " belongs to the host's kernel, which a partition does not share",
            "remove the mount: the guest has its own /proc, /sys and /dev");
    }
}

}  // namespace

BindSource open_bind_source(const std::string& path, const std::string& bundle_dir) {
    const std::string full = path.starts_with('/') ? path : bundle_dir + "/" + path;
    BindSource source;
    source.fd = UniqueFd(::open(full.c_str(), O_PATH | O_CLOEXEC));
    if (!source.fd) throw os_error("stat " + quoted(full));
    struct stat status {};
    if (::fstat(source.fd.get(), &status) != 0) throw os_error("stat " + quoted(full));
    source.is_directory = S_ISDIR(status.st_mode);
    if (!source.is_directory && !S_ISREG(status.st_mode)) {
        throw Error(Code::unsupported,
                    text(quoted(full), " is ", file_kind(status.st_mode),
                         " of the host, which a partition cannot reach"),
                    "remove the mount; hardware is asked for with org.runphi.devices");
    }
    refuse_kernel_files(source.fd.get(), full);
    return source;
}

}  // namespace phi::boot

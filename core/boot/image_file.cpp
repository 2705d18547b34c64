// SPDX-License-Identifier: Apache-2.0
#include "core/boot/image_file.hpp"

#include <sys/stat.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/arch.hpp"
#include "core/fs/trust.hpp"

namespace phi::boot {

namespace {

Image make_image(UniqueFd fd, const std::string& role, const std::string& path,
                 std::optional<DiskFacts> disk = {}) {
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) throw os_error("stat " + path);
    return {role, path, std::move(fd), static_cast<std::uint64_t>(status.st_size), std::move(disk)};
}

}  // namespace

std::string ImageFiles::describe(const std::string& path, const std::string& where) {
    return text(quoted(path), " (", where, ")");
}

bool ImageFiles::exists(const std::string& path) const {
    try {
        return static_cast<bool>(rootfs_.find_file(RootfsPath(path)));
    } catch (const Error&) {
        return false;
    }
}

UniqueFd ImageFiles::find_in_image_dirs(const std::string& path) const {
    for (const auto& dir : image_dirs_) {
        const Rootfs tree = Rootfs::open(dir);
        // A path may be written as the host knows it, or as seen from the folder.
        const bool absolute = path.starts_with(dir + "/");
        UniqueFd fd = tree.find_file(RootfsPath(absolute ? path.substr(dir.size()) : path));
        if (fd) return fd;
    }
    return {};
}

Image ImageFiles::open(const std::string& path, const std::string& where,
                       const std::string& role) const {
    try {
        UniqueFd fd = rootfs_.find_file(RootfsPath(path));
        if (!fd) fd = find_in_image_dirs(path);
        if (!fd) {
            throw Error(Code::not_found, text(quoted(path), ": no such file or directory"),
                        "the path is looked up in the container's root file system, then in the "
                        "image_dirs of the node's settings");
        }
        return make_image(std::move(fd), role, path);
    } catch (const Error& error) {
        throw error.within(where);
    }
}

Image ImageFiles::open_disk(const Wish<Disk>& disk, bool read_only) const {
    const std::string& path = disk.value.path;
    DiskFacts facts{disk.value.format, disk.value.bus, false};
    if (!read_only) {
        try {
            UniqueFd fd = rootfs_.find_file(RootfsPath(path), Access::write);
            facts.writable = static_cast<bool>(fd);
            if (fd) return make_image(std::move(fd), "disk", path, facts);
        } catch (const Error& error) {
            throw error.within(disk.where);
        }
    }
    Image image = open(path, disk.where, "disk");
    image.disk = facts;
    return image;
}

Image open_node_kernel(const Settings& settings, const std::string& arch) {
    const std::string path = text(settings.guest_dir, "/", arch, "/kernel");
    UniqueFd fd;
    try {
        fd = open_trusted(path);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw error.within("the node's Linux kernel");
        throw Error(
            Code::not_found,
            text("the node has no Linux kernel for guests of ", arch, ": ", error.message()),
            "prepare one with: runphi-prepare-guest");
    }
    Image image = make_image(std::move(fd), "kernel", path);
    const ImageFacts facts = inspect_image(image.fd.get(), image.length, path);
    require_kernel(facts, path);
    // What is packed does not tell.
    if (!facts.arch.empty() && facts.arch != arch) {
        throw Error(Code::invalid,
                    text("the node's Linux kernel ", path, " is ", facts.found, " for ", facts.arch,
                         ", not for ", arch),
                    "prepare it again with: runphi-prepare-guest");
    }
    return image;
}

}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#include "core/boot/initramfs.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/boot/cpio.hpp"
#include "core/boot/guest_config.hpp"
#include "core/boot/mounts.hpp"
#include "core/boot/packer.hpp"
#include "core/boot/program.hpp"
#include "core/boot/tree.hpp"
#include "core/fs/file.hpp"
#include "core/fs/trust.hpp"

namespace phi::boot {

namespace {

constexpr const char* own_directory = ".runphi";
constexpr const char* prepare_hint = "prepare the node's guest folder with: runphi-prepare-guest";

Place own_place(std::vector<std::string> below) {
    Place place;
    place.path = {own_directory};
    place.path.insert(place.path.end(), below.begin(), below.end());
    return place;
}

Layer made(Layer::Kind kind, mode_t mode) {
    Layer layer;
    layer.kind = kind;
    layer.mode = mode;
    return layer;
}

std::string read_guest_file(const std::string& path) {
    try {
        const UniqueFd fd = open_trusted(path);
        return read_fd(fd.get(), path, 64U << 20);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        throw Error(Code::not_found, "the node's guest folder: " + error.message(), prepare_hint);
    }
}

// The modules of the node's kernel, by name. None is fine: a kernel may have all it needs.
std::vector<std::string> list_modules(const std::string& dir) {
    const std::unique_ptr<DIR, int (*)(DIR*)> open_dir(::opendir(dir.c_str()), &::closedir);
    std::vector<std::string> names;
    if (!open_dir && errno != ENOENT) throw os_error("open " + dir);
    while (open_dir != nullptr) {
        const dirent* entry = ::readdir(open_dir.get());
        if (entry == nullptr) break;
        const std::string name = entry->d_name;
        if (name.ends_with(".ko")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

void lay_file(Tree& tree, const Place& place, mode_t mode, std::string content) {
    Layer layer = made(Layer::Kind::data, S_IFREG | mode);
    layer.data = std::move(content);
    tree.lay(place, std::move(layer));
}

void lay_own_files(Tree& tree, const std::string& guest_dir, std::string config) {
    tree.lay(own_place({}), made(Layer::Kind::empty, S_IFDIR | 0700));
    lay_file(tree, own_place({"init"}), 0755, read_guest_file(guest_dir + "/phi-init"));
    lay_file(tree, own_place({"config"}), 0600, std::move(config));
    tree.lay(own_place({"modules"}), made(Layer::Kind::empty, S_IFDIR | 0700));
    const std::string modules = guest_dir + "/modules";
    for (const auto& name : list_modules(modules)) {
        const std::string path = text(modules, '/', name);
        lay_file(tree, own_place({"modules", name}), 0600, read_guest_file(path));
    }
}

// The kernel opens /dev/console for its first process before anything is mounted. Images have
// empty files of these names, left by the engines that built them. An image whose /dev leads
// nowhere gets none: it says for itself what is wrong with it.
void lay_device(Tree& tree, const char* name, mode_t mode, dev_t rdev) {
    try {
        const Place dev = tree.resolve("/dev");
        if (dev.exists() && !dev.is_directory()) return;
        const Place place = tree.resolve(text("/dev/", name));
        if (place.is_directory()) return;
        Layer layer = made(Layer::Kind::device, S_IFCHR | mode);
        layer.rdev = rdev;
        tree.lay(place, std::move(layer));
    } catch (const Error& error) {
        log::debug(text("no device /dev/", name, " in the initramfs: ", error.message()));
    }
}

void refuse_own_directory(const Rootfs& rootfs) {
    struct stat status {};
    if (::fstatat(rootfs.fd(), own_directory, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return;
        throw os_error(text("stat ", rootfs.path(), "/", own_directory));
    }
    throw Error(Code::invalid,
                text("the root file system has ", file_kind(status.st_mode),
                     " /.runphi, a name that is reserved for runPHI"),
                "remove it from the image");
}

}  // namespace

Initramfs pack_initramfs(const Rootfs& rootfs, const oci::Spec& spec,
                         const InitramfsOptions& options) {
    refuse_own_directory(rootfs);
    Tree tree(rootfs);
    GuestMounts mounts = lay_mounts(tree, spec, options);
    if (spec.process && !spec.process->args.empty()) check_program(tree, mounts, *spec.process);
    lay_device(tree, "console", 0600, makedev(5, 1));
    lay_device(tree, "null", 0666, makedev(1, 3));
    lay_own_files(tree, options.guest_dir + "/" + options.arch, guest_config(spec, mounts));

    UniqueFd archive(::memfd_create("runphi-initramfs", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!archive) throw os_error("memfd_create");
    CpioWriter writer(archive.get(), options.limit);
    pack_tree(tree, writer);
    writer.finish();
    return {std::move(archive), std::move(mounts.shared), std::move(mounts.engine_files)};
}

void append_file(int initramfs, const CpioEntry& entry, std::string_view content) {
    if (::lseek(initramfs, 0, SEEK_END) < 0) throw os_error("seek in the initramfs");
    // The kernel unpacks archives one behind another, each from a multiple of four bytes on, which
    // is where the one before ends.
    CpioWriter writer(initramfs, CpioWriter::max_file);
    writer.add(entry, content);
    writer.finish();
}

void append_own_file(int initramfs, const std::string& name, std::string_view content) {
    const std::string path = text(own_directory, '/', name);
    CpioEntry entry;
    entry.path = path;
    entry.mode = S_IFREG | 0600;
    append_file(initramfs, entry, content);
}

void seal_initramfs(int initramfs) {
    constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (::fcntl(initramfs, F_ADD_SEALS, seals) != 0) throw os_error("seal the initramfs");
}

}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#include "core/boot/mounts.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/boot/bind_source.hpp"

namespace phi::boot {

namespace {

constexpr std::array<std::string_view, 8> kernel_types{"proc",  "sysfs",  "devtmpfs", "devpts",
                                                       "tmpfs", "mqueue", "cgroup",   "cgroup2"};

// Files that the engine writes for this one container before it starts: a copy is as good, and
// nobody reads them back but for the termination log, which is empty then.
constexpr std::array<std::string_view, 8> engine_files{
    "/etc/hosts", "/etc/hostname",      "/etc/resolv.conf",     "/etc/passwd",
    "/etc/group", "/run/.containerenv", "/dev/termination-log", "/run/secrets"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_option(const oci::Mount& mount, std::string_view name) {
    return std::find(mount.options.begin(), mount.options.end(), name) != mount.options.end();
}

bool is_bind(const oci::Mount& mount) {
    return mount.type == "bind" || has_option(mount, "bind") || has_option(mount, "rbind");
}

// The last of them holds, as with mount(8).
bool is_read_only(const oci::Mount& mount) {
    bool read_only = false;
    for (const auto& option : mount.options) {
        if (option == "ro" || option == "rro") read_only = true;
        if (option == "rw" || option == "rrw") read_only = false;
    }
    return read_only;
}

bool is_engine_file(const std::string& destination) {
    std::string_view path = destination;
    if (path.starts_with("/var/run/")) path.remove_prefix(4);
    return contains(engine_files, path) || path.starts_with("/run/secrets/");
}

// A number among the options of a tmpfs: "mode=755", "uid=0".
std::uint32_t number_option(const GuestMount& mount, std::string_view key, int base,
                            std::uint32_t otherwise) {
    std::uint32_t value = otherwise;
    for (const std::string_view option : mount.options) {
        if (!option.starts_with(key)) continue;
        const auto digits = option.substr(key.size());
        std::uint32_t parsed = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), parsed, base);
        if (error == std::errc{} && end == digits.data() + digits.size()) value = parsed;
    }
    return value;
}

Layer empty_directory(const GuestMount& mount) {
    Layer layer;
    layer.kind = Layer::Kind::empty;
    const mode_t usual = mount.place.exists() ? mount.place.mode & 07777 : mode_t{0755};
    layer.mode = usual;
    layer.uid = mount.place.uid;
    layer.gid = mount.place.gid;
    if (mount.type == "tmpfs") {
        layer.mode = number_option(mount, "mode=", 8, usual) & 07777;
        layer.uid = number_option(mount, "uid=", 10, layer.uid);
        layer.gid = number_option(mount, "gid=", 10, layer.gid);
    }
    layer.mode |= S_IFDIR;
    return layer;
}

class Mounts {
  public:
    Mounts(Tree& tree, const oci::Spec& spec, const InitramfsOptions& options)
        : tree_(tree), options_(options) {
        const std::string* binds = spec.annotation("org.runphi.binds");
        copy_writable_ = binds != nullptr && *binds == "copy";
    }

    void add(const oci::Mount& mount) {
        destination_ =
            mount.destination.starts_with('/') ? mount.destination : "/" + mount.destination;
        const Place place = tree_.resolve(destination_);
        if (place.path.empty()) refuse("the root of the container cannot be mounted over");
        if (place.path.front() == ".runphi") refuse("/.runphi is reserved for runPHI");
        if (!is_bind(mount)) {
            add_kernel_mount(mount, place);
        } else if (place.text() == "/dev/shm" || destination_ == "/dev/shm") {
            add_shared_memory(mount, place);
        } else {
            add_bind(mount, place);
        }
    }

    GuestMounts take() { return std::move(result_); }

  private:
    [[noreturn]] static void refuse(const std::string& why, const std::string& hint = {}) {
        throw Error(Code::unsupported, why, hint);
    }

    // What was mounted at a place or below it is hidden by what comes now.
    void forget_below(const Place& place) {
        const auto hidden = [&](const Place& old) {
            return old.same(place) || old.is_below(place);
        };
        std::erase_if(result_.mounts, [&](const GuestMount& old) { return hidden(old.place); });
        std::erase_if(result_.read_only, hidden);
        std::erase_if(result_.writable, hidden);
    }

    void add_kernel_mount(const oci::Mount& mount, const Place& place) {
        if (!contains(kernel_types, mount.type)) {
            refuse(text("the type ", quoted(mount.type), " is not supported in a partition"),
                   text("supported are bind and ", kernel_type_list()));
        }
        if (place.exists() && !place.is_directory()) refuse("the destination is not a directory");
        forget_below(place);
        GuestMount guest{mount.type, mount.source, place, mount.options};
        // With tmpcopyup the guest keeps what is there; else it would be packed to be hidden.
        Layer directory = empty_directory(guest);
        if (has_option(mount, "tmpcopyup")) {
            tree_.keep_directory(place, directory.mode, directory.uid, directory.gid);
        } else {
            tree_.lay(place, std::move(directory));
        }
        result_.mounts.push_back(std::move(guest));
    }

    static std::string kernel_type_list() {
        return join({kernel_types.begin(), kernel_types.end()}, ", ");
    }

    // The engine's own tmpfs. Its content is shared with nobody who could see the guest's memory.
    void add_shared_memory(const oci::Mount& mount, const Place& place) {
        if (!open_bind_source(mount.source, options_.bundle_dir).is_directory) {
            refuse("the source is not a directory");
        }
        add_kernel_mount({destination_, "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777"}},
                         place);
    }

    void add_bind(const oci::Mount& mount, const Place& place) {
        BindSource source = open_bind_source(mount.source, options_.bundle_dir);
        const bool read_only = is_read_only(mount);
        if (!read_only && !copy_writable_ && !is_engine_file(destination_) &&
            !is_engine_file(place.text())) {
            refuse(
                "a writable bind mount: a partition shares no files with the host, so what the "
                "guest writes there would be lost",
                "mount it read-only (ro), or accept the loss with the annotation "
                "org.runphi.binds=copy");
        }
        if (place.exists() && place.is_directory() != source.is_directory) {
            refuse(source.is_directory ? "the destination is not a directory"
                                       : "the destination is a directory, the source is not");
        }
        if (!read_only)
            log::debug("bind mount copied in: the guest's writes to " + destination_ +
                       " stay in the guest");
        keep_above(place);
        forget_below(place);
        Layer layer;
        layer.kind = Layer::Kind::host;
        layer.fd = std::move(source.fd);
        tree_.lay(place, std::move(layer));
        (read_only ? result_.read_only : result_.writable).push_back(place);
    }

    // A mount above would hide the copy. A tmpfs need not: the root is memory too, so the guest can
    // keep the directory as packed (tmpcopyup).
    void keep_above(const Place& place) {
        for (auto& above : result_.mounts) {
            if (!place.is_below(above.place)) continue;
            if (above.type != "tmpfs" && above.type != "devtmpfs") {
                refuse(text("the destination is below the ", above.type, " of the guest at ",
                            above.place.text()));
            }
            if (std::find(above.options.begin(), above.options.end(), "tmpcopyup") ==
                above.options.end()) {
                above.options.emplace_back("tmpcopyup");
            }
        }
    }

    Tree& tree_;
    const InitramfsOptions& options_;
    bool copy_writable_ = false;  // the loss of what the guest writes is accepted
    GuestMounts result_;
    std::string destination_;
};

}  // namespace

GuestMounts lay_mounts(Tree& tree, const oci::Spec& spec, const InitramfsOptions& options) {
    Mounts mounts(tree, spec, options);
    for (const auto& mount : spec.mounts) {
        try {
            mounts.add(mount);
        } catch (const Error& error) {
            throw error.within(
                text("mount ", quoted(mount.source), " to ", quoted(mount.destination)));
        }
    }
    return mounts.take();
}

}  // namespace phi::boot

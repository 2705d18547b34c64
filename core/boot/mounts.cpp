// SPDX-License-Identifier: Apache-2.0
#include "core/boot/mounts.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "core/base/contains.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/boot/bind_options.hpp"
#include "core/boot/bind_source.hpp"
#include "core/boot/bind_way.hpp"
#include "guest/phi-init/config_keys.h"

namespace phi::boot {

namespace {

constexpr std::array<std::string_view, 8> kernel_types{"proc",  "sysfs",  "devtmpfs", "devpts",
                                                       "tmpfs", "mqueue", "cgroup",   "cgroup2"};

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

// Where a share is mounted: nothing of what the image has there is packed, it would be hidden.
Layer mount_point(const Place& place, bool directory, const UniqueFd& source) {
    Layer layer;
    layer.fd = UniqueFd(::fcntl(source.get(), F_DUPFD_CLOEXEC, 0));
    if (!layer.fd) throw os_error("dup");
    layer.kind = directory ? Layer::Kind::empty : Layer::Kind::data;
    layer.mode = directory ? S_IFDIR | 0755 : S_IFREG | 0644;
    layer.uid = place.uid;
    layer.gid = place.gid;
    return layer;
}

class Mounts {
  public:
    Mounts(Tree& tree, const oci::Spec& spec, const InitramfsOptions& options)
        : tree_(tree), options_(options), wish_(bind_wish(spec)) {}

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

    // What a later mount has hidden is no entry of the share.
    GuestMounts take() {
        for (auto& mount : result_.mounts) {
            if (!is_share(mount)) continue;
            SharedBind& bind = binds_[*parse_u64(mount.source)];
            mount.source = std::to_string(result_.shared.size());
            result_.shared.push_back(std::move(bind));
        }
        return std::move(result_);
    }

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
        std::erase_if(result_.engine_files, [&](const EngineFile& old) {
            const std::string path = "/" + old.place;
            return path == place.text() || path.starts_with(place.text() + "/");
        });
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
        const BindOptions options = bind_options(mount);
        const BindWay way =
            bind_way({destination_, place.text(), options.read_only, is_below_share(place)}, wish_,
                     options_.can_share);
        if (way == BindWay::refuse) refuse_bind(options);
        if (place.exists() && place.is_directory() != source.is_directory) {
            refuse(source.is_directory ? "the destination is not a directory"
                                       : "the destination is a directory, the source is not");
        }
        if (way == BindWay::share) {
            share(mount, place, std::move(source), options);
        } else {
            copy(place, std::move(source), options);
        }
    }

    void remember(const Place& place, const BindSource& source) {
        EngineFile file{UniqueFd(::fcntl(source.fd.get(), F_DUPFD_CLOEXEC, 0)), destination_,
                        place.text().substr(1)};
        if (!file.source) throw os_error("dup");
        result_.engine_files.push_back(std::move(file));
    }

    [[noreturn]] void refuse_bind(const BindOptions& options) const {
        if (options.read_only)
            refuse(options_.no_share, "drop the annotation org.runphi.binds=share");
        refuse(text("a writable bind mount, and ", options_.no_share,
                    ": what the guest writes there would be lost"),
               "mount it read-only (ro), or accept the loss with the annotation "
               "org.runphi.binds=copy");
    }

    static bool is_share(const GuestMount& mount) { return mount.type == PHI_MOUNT_SHARE; }

    bool is_below_share(const Place& place) const {
        return std::any_of(result_.mounts.begin(), result_.mounts.end(),
                           [&](const GuestMount& above) {
                               return is_share(above) && place.is_below(above.place);
                           });
    }

    void share(const oci::Mount& mount, const Place& place, BindSource source,
               const BindOptions& options) {
        forget_below(place);
        tree_.lay(place, mount_point(place, source.is_directory, source.fd));
        result_.mounts.push_back(
            {PHI_MOUNT_SHARE, std::to_string(binds_.size()), place, options.guest});
        binds_.push_back({std::move(source.fd), mount.source, place.text(), source.is_directory,
                          options.recursive, options.read_only, options.follows_host});
    }

    void copy(const Place& place, BindSource source, const BindOptions& options) {
        if (!options.read_only)
            log::debug("bind mount copied in: the guest's writes to " + destination_ +
                       " stay in the guest");
        keep_above(place);
        forget_below(place);
        if (!source.is_directory && is_engine_file({destination_, place.text()})) {
            remember(place, source);
        }
        Layer layer;
        layer.kind = Layer::Kind::host;
        layer.fd = std::move(source.fd);
        tree_.lay(place, std::move(layer));
        (options.read_only ? result_.read_only : result_.writable).push_back(place);
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
    BindWish wish_;
    std::vector<SharedBind> binds_;
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

// SPDX-License-Identifier: Apache-2.0
#include "core/boot/program.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/credentials.hpp"
#include "guest/phi-init/config_keys.h"

namespace phi::boot {

namespace {

// Go's os/exec, whose words runc passes on.
class Search {
  public:
    Search(const Tree& tree, const GuestMounts& mounts, const oci::Process& process)
        : tree_(tree),
          mounts_(mounts),
          process_(process),
          who_(process),
          name_(process.args.front()) {}

    void run() const {
        if (name_.find('/') != std::string::npos) {
            check(name_);
        } else {
            search_path();
        }
    }

  private:
    using Directories = std::vector<std::string_view>;

    std::string what() const { return "exec: " + quoted(name_); }

    // False: the guest must tell. Throws if it is not to be run.
    bool check(const std::string& path) const {
        const std::string shown = quoted(path);
        const std::string stat = text(what(), ": stat ", shown.substr(1, shown.size() - 2));
        const Place place = tree_.look_up(in_container(path), who_, stat);
        if (!place.exists()) {
            if (is_for_the_guest(place)) return false;
            throw os_error(stat, ENOENT);
        }
        if (place.is_directory()) throw os_error(what(), EISDIR);
        if (!who_.may_execute(place.mode, place.uid, place.gid) || is_on_noexec(place)) {
            throw os_error(what(), EACCES);
        }
        return true;
    }

    // A mount over another one takes it out of the list: the deepest is the one that counts.
    bool is_on_noexec(const Place& place) const {
        const GuestMount* over = nullptr;
        for (const GuestMount& mount : mounts_.mounts) {
            if (!place.same(mount.place) && !place.is_below(mount.place)) continue;
            if (over == nullptr || mount.place.is_below(over->place)) over = &mount;
        }
        bool noexec = false;
        for (const auto& option : over == nullptr ? std::vector<std::string>{} : over->options) {
            if (option == "noexec" || option == "exec") noexec = option == "noexec";
        }
        return noexec;
    }

    std::string in_container(const std::string& path) const {
        return path.starts_with('/') ? path : text(process_.cwd, '/', path);
    }

    bool is_for_the_guest(const Place& place) const {
        return std::any_of(mounts_.mounts.begin(), mounts_.mounts.end(), [&](const auto& mount) {
            if (!place.same(mount.place) && !place.is_below(mount.place)) return false;
            return mount.type == PHI_MOUNT_SHARE ? place.behind_mount : mount.type != "tmpfs";
        });
    }

    void search_path() const {
        bool for_the_guest = false;
        const std::string list = search_list();
        for (const auto directory : list.empty() ? Directories{} : split(list, ':')) {
            const std::string path = directory.empty() ? "./" + name_ : text(directory, '/', name_);
            if (!is_there(path, for_the_guest)) continue;
            if (path.starts_with('/')) return;
            throw Error(Code::denied, what() +
                                          ": cannot run executable found relative to current "
                                          "directory");
        }
        if (for_the_guest) return;
        throw Error(Code::not_found, what() + ": executable file not found in $PATH");
    }

    // The last one of several, and nothing if there is none.
    std::string search_list() const {
        constexpr std::string_view key = "PATH=";
        const auto found = std::find_if(process_.env.rbegin(), process_.env.rend(),
                                        [&](const auto& one) { return one.starts_with(key); });
        return found == process_.env.rend() ? "" : found->substr(key.size());
    }

    bool is_there(const std::string& path, bool& for_the_guest) const {
        try {
            if (check(path)) return true;
            for_the_guest = true;
        } catch (const Error&) {
            // Why it cannot be run here does not matter: another directory may have it.
        }
        return false;
    }

    const Tree& tree_;
    const GuestMounts& mounts_;
    const oci::Process& process_;
    Credentials who_;
    const std::string& name_;
};

}  // namespace

void check_program(const Tree& tree, const GuestMounts& mounts, const oci::Process& process) {
    try {
        Search(tree, mounts, process).run();
    } catch (const Error& error) {
        throw error.within("unable to start container process");
    }
}

}  // namespace phi::boot

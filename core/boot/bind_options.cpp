// SPDX-License-Identifier: Apache-2.0
#include "core/boot/bind_options.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::boot {

namespace {

// A flag of the mount that the guest can keep, and how it is lifted.
struct Flag {
    std::string_view set, clear;
};
constexpr std::array<Flag, 6> guest_flags{{{"ro", "rw"},
                                           {"nosuid", "suid"},
                                           {"nodev", "dev"},
                                           {"noexec", "exec"},
                                           {"noatime", "atime"},
                                           {"nodiratime", "diratime"}}};

// "rro" is "ro" of the mount and of all below it. A guest has no other: what it finds mounted below
// inherits the flags of what it is below.
std::string_view without_recursion(std::string_view option) {
    const auto plain = option.substr(1);
    const auto named = [&](const Flag& flag) { return plain == flag.set || plain == flag.clear; };
    const bool recursive =
        option.starts_with('r') && std::any_of(guest_flags.begin(), guest_flags.end(), named);
    return recursive ? plain : option;
}

void take_flag(std::vector<std::string>& flags, std::string_view option) {
    for (const auto& [set, clear] : guest_flags) {
        if (option != set && option != clear) continue;
        std::erase(flags, set);
        if (option == set) flags.emplace_back(set);
    }
}

}  // namespace

bool has_option(const oci::Mount& mount, std::string_view name) {
    return std::find(mount.options.begin(), mount.options.end(), name) != mount.options.end();
}

bool is_bind(const oci::Mount& mount) {
    return mount.type == "bind" || has_option(mount, "bind") || has_option(mount, "rbind");
}

BindOptions bind_options(const oci::Mount& mount) {
    BindOptions out;
    for (const std::string_view option : mount.options) {
        if (option == "rbind") out.recursive = true;
        if (option == "bind") out.recursive = false;
        if (option == "private" || option == "rprivate") out.follows_host = false;
        if (option == "slave" || option == "rslave" || option == "shared" || option == "rshared") {
            out.follows_host = true;
        }
        if (option == "idmap" || option == "ridmap") {
            throw Error(
                Code::unsupported,
                text("the option ", quoted(option), ": a partition maps no users of the host"),
                "mount it without the mapping");
        }
        if (!option.empty()) take_flag(out.guest, without_recursion(option));
    }
    out.read_only = std::find(out.guest.begin(), out.guest.end(), "ro") != out.guest.end();
    return out;
}

}  // namespace phi::boot

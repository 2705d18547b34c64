// SPDX-License-Identifier: Apache-2.0
#include "core/boot/bind_way.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/boot/bind_options.hpp"

namespace phi::boot {

namespace {

constexpr const char* annotation = "org.runphi.binds";

// A copy is as good.
constexpr std::array<std::string_view, 6> engine_files{"/etc/hosts",       "/etc/hostname",
                                                       "/etc/resolv.conf", "/etc/passwd",
                                                       "/etc/group",       "/run/.containerenv"};

bool is_engine_path(std::string_view path) {
    return std::find(engine_files.begin(), engine_files.end(), path) != engine_files.end();
}

// What engines add to a container that did not ask for it. A guest that cannot share it is none the
// worse for a copy.
bool is_engine_extra(std::string_view path) {
    return path == "/dev/termination-log" || path == "/dev/shm" || path == "/run/secrets" ||
           path.starts_with("/run/secrets/");
}

// By the name that the engine uses, and by what it means: an image's /etc/resolv.conf may be a
// link.
template <typename Is>
bool either(const BindFacts& bind, const Is& is) {
    const auto without_var = [](std::string_view path) {
        return path.starts_with("/var/run/") ? path.substr(4) : path;
    };
    return is(without_var(bind.destination)) || is(without_var(bind.place));
}

}  // namespace

BindWish bind_wish(const oci::Spec& spec) {
    const std::string* wish = spec.annotation(annotation);
    if (wish == nullptr || *wish == "auto") return BindWish::automatic;
    if (*wish == "copy") return BindWish::copy;
    if (*wish == "share") return BindWish::share;
    throw Error(Code::invalid, text("annotation ", annotation,
                                    ": expected auto, copy or share, found ", quoted(*wish)));
}

bool is_engine_file(const BindFacts& bind) {
    return either(bind, is_engine_path);
}

BindWay bind_way(const BindFacts& bind, BindWish wish, bool can_share) {
    if (wish == BindWish::copy) return BindWay::copy;
    if (is_engine_file(bind)) return bind.below_share ? BindWay::share : BindWay::copy;
    if (can_share) return BindWay::share;
    if (wish == BindWish::share) return BindWay::refuse;
    return bind.read_only || either(bind, is_engine_extra) ? BindWay::copy : BindWay::refuse;
}

void refuse_unusable_binds(const oci::Spec& spec) {
    const BindWish wish = bind_wish(spec);
    for (const auto& mount : spec.mounts) {
        if (!is_bind(mount)) continue;
        const BindFacts facts{mount.destination, {}, bind_options(mount).read_only, false};
        if (bind_way(facts, wish, false) == BindWay::refuse) {
            throw Error(
                Code::unsupported,
                text("mount ", quoted(mount.source), " to ", quoted(mount.destination),
                     ": this guest is no Linux guest of the node's and mounts nothing, so "
                     "what it is to write there would never arrive"),
                text("remove the mount, or accept that with the annotation ", annotation, "=copy"));
        }
        log::debug(text("mount ", quoted(mount.destination), ": the guest goes without it"));
    }
}

}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/oci/spec.hpp"

// How a bind mount reaches a guest.
namespace phi::boot {

// The annotation org.runphi.binds.
enum class BindWish {
    automatic,  // "auto", or no annotation: shared where the backend can, else copied or refused
    copy,       // "copy": everything is copied, and that the guest's writes are lost is accepted
    share,  // "share": everything is shared but for what the engine made; refused where it cannot
};
// Throws Error(invalid) for another value.
BindWish bind_wish(const oci::Spec& spec);

// What there is to know of one bind mount.
struct BindFacts {
    std::string destination;  // as the config has it, absolute
    std::string place;        // where that leads in the image
    bool read_only = false;
    bool below_share = false;  // a copy there would be hidden
};

// One of the files that an engine writes for this one container before it starts.
bool is_engine_file(const BindFacts& bind);

enum class BindWay { copy, share, refuse };

// Copied are the files that engines make once for a container; reading them needs no share. Where
// the backend cannot share: what is read-only, and what engines make but nobody reads back.
BindWay bind_way(const BindFacts& bind, BindWish wish, bool can_share);

// For guests that mount nothing, inmates and kernels of an image's own. Throws Error(unsupported)
// for a bind mount that the guest was to write to; what is read-only, and what an engine adds by
// itself, it goes without.
void refuse_unusable_binds(const oci::Spec& spec);

}  // namespace phi::boot

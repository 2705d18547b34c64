// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "backend.hpp"
#include "domain/config.hpp"
#include "pages.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

// "ring@0x70000000": where the memory is stands in the channel's name, because a board says only
// how large it is.
std::uint64_t address_in(const std::string& name) {
    const auto at = name.find("@0x");
    std::uint64_t value = 0;
    if (at != std::string::npos) {
        const char* end = name.data() + name.size();
        const auto parsed = std::from_chars(name.data() + at + 3, end, value, 16);
        if (parsed.ec == std::errc() && parsed.ptr == end && at + 3 < name.size()) return value;
    }
    throw Error(Code::invalid,
                "channel \"" + name + "\": its name does not end with the address of its memory",
                "call it like ring@0x70000000; memory that Xen must not have in its own hands");
}

}  // namespace

// A channel is memory that neither Xen nor dom0 uses and that all its ends see at the machine's own
// address. On Arm an inmate's console is the PL011 that Xen emulates, which is a Linux guest's
// agent channel; elsewhere that is a second console. Kernels of an image's own have Xen's console
// only.
std::string XenBackend::comm(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    CommPart part;
    part.vuart = plan.arch == "aarch64" && plan.kind != "kernel";
    part.agent = plan.kind == "linux";
    for (const sdk::ChannelGrant& one : plan.channels) {
        const std::uint64_t base = address_in(one.name);
        part.channels.push_back(whole_pages(base, one.size, base, "channel \"" + one.name + "\""));
    }
    return write_part(part);
}

}  // namespace runphi::xen

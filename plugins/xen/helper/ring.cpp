// SPDX-License-Identifier: Apache-2.0
#include "ring.hpp"

#include <sys/mman.h>

#include <charconv>
#include <runphi/sdk.hpp>
#include <runphi/sdk/process.hpp>
#include <string>

#include "../presence/toolstack.hpp"
#include "patience.hpp"

extern "C" {
#include <xen/io/console.h>
#include <xenforeignmemory.h>
}

namespace runphi::xen {

namespace {

constexpr const char* ring_nodes[] = {"/console/ring-ref", "/vuart/0/ring-ref"};

}  // namespace

ConsoleRings::ConsoleRings(std::uint32_t domid) : domid_(domid) {
    const Settings settings;
    xenconsoled_ = find_xenconsoled(settings).value_or(0);
    XenStore store = require_xenstore(settings, store_patience);
    for (const char* node : ring_nodes) {
        const auto text = store.read("/local/domain/" + std::to_string(domid) + node);
        std::uint64_t frame = 0;
        if (!text) continue;
        std::from_chars(text->data(), text->data() + text->size(), frame);
        frames_.push_back(frame);
    }
    memory_ = ::xenforeignmemory_open(nullptr, 0);
}

ConsoleRings::~ConsoleRings() {
    if (memory_ != nullptr) ::xenforeignmemory_close(memory_);
}

std::optional<std::uint32_t> ConsoleRings::said() const {
    if (memory_ == nullptr || frames_.empty()) return std::nullopt;
    std::uint32_t all = 0;
    for (const std::uint64_t frame : frames_) {
        const auto counts = look_at(frame);
        if (!counts) return std::nullopt;
        all += counts->said;
    }
    return all;
}

bool ConsoleRings::are_taken() const {
    if (memory_ == nullptr || frames_.empty()) return false;
    for (const std::uint64_t frame : frames_) {
        const auto counts = look_at(frame);
        if (!counts || counts->said != counts->taken) return false;
    }
    // Looked at afterwards: what it has taken since, it is at work with.
    const auto daemon = sdk::process_stat(xenconsoled_);
    return daemon && daemon->state == 'S';
}

// Mapped for as short as can be: a domain whose memory somebody has mapped does not go.
std::optional<ConsoleRings::Counts> ConsoleRings::look_at(std::uint64_t frame) const {
    const xen_pfn_t pages[] = {static_cast<xen_pfn_t>(frame)};
    int error = 0;
    void* page = ::xenforeignmemory_map(memory_, domid_, PROT_READ, 1, pages, &error);
    if (page == nullptr) return std::nullopt;
    const auto* ring = static_cast<const volatile xencons_interface*>(page);
    const Counts counts{ring->out_prod, ring->out_cons};
    ::xenforeignmemory_unmap(memory_, page, 1);
    return error == 0 ? std::optional(counts) : std::nullopt;
}

}  // namespace runphi::xen

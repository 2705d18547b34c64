// SPDX-License-Identifier: Apache-2.0
#include "remote_io.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>

#include "../slots/amount.hpp"
#include "free_memory.hpp"
#include "places.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

LaidVm& vm_named(Layout& layout, const std::string& name, const std::string& of) {
    for (LaidVm& one : layout.vms) {
        if (one.name == name) return one;
    }
    throw Error(Code::not_found, of + ": there is no VM \"" + name + "\"",
                "name \"root\", a slot or a guest of the request");
}

std::size_t memory_of(const Layout& layout, const std::string& device) {
    const auto& all = layout.shared;
    const auto at = std::find_if(all.begin(), all.end(), [&](const Shared& one) {
        return one.kind == SharedKind::remote_io && one.name == device;
    });
    if (at == all.end()) throw Error(Code::internal, "remote I/O \"" + device + "\" has no memory");
    return static_cast<std::size_t>(at - all.begin());
}

// Addresses at which the VM sees nothing yet.
FreeMemory unseen_by(const Layout& layout, const LaidVm& vm) {
    FreeMemory out;
    for (const Mapping& one : vm.memory) out.take(one.seen());
    for (const Attachment& one : vm.attachments) out.take(one.where.seen());
    const Hardware& hardware = layout.hardware;
    for (const Extent& one : places_of(hardware.gic, hardware.cpu_count)) out.take(one);
    for (const HwDevice& device : vm.devices) {
        for (const Extent& one : device.registers) out.take(pages_of(one));
    }
    for (const RemoteEnd& one : vm.remote) {
        out.take(one.where.seen());
        if (!one.backend) out.take(one.registers);
    }
    return out;
}

}  // namespace

void attach_remote_io(const LayoutRequest& request, Layout& layout) {
    for (std::size_t key = 0; key < request.remote_io.size(); ++key) {
        const RemoteIoRequest& wanted = request.remote_io[key];
        if (layout.hardware.device(wanted.name) != nullptr) {
            throw Error(Code::invalid,
                        "remote I/O device \"" + wanted.name + "\": board \"" +
                            layout.hardware.name + "\" has a device of that name",
                        "give it a name of its own");
        }
        RemoteEnd end;
        end.name = wanted.name;
        end.key = key;
        end.shared = memory_of(layout, wanted.name);
        const Shared& shared = layout.shared[end.shared];
        end.interrupt = shared.interrupt;
        end.where = {shared.physical, shared.physical, shared.size};
        LaidVm& backend = vm_named(layout, wanted.backend, shared.title());
        LaidVm& frontend = vm_named(layout, wanted.frontend, shared.title());
        end.backend = true;
        backend.remote.push_back(end);
        end.backend = false;
        FreeMemory unseen = unseen_by(layout, frontend);
        unseen.take(end.where.seen());
        const std::uint64_t at =
            wanted.registers ? *wanted.registers
                             : unseen.find_from(request.remote_ipa, page, page, shared.title());
        end.registers = common::extent_of(at, page);
        frontend.remote.push_back(end);
    }
}

}  // namespace runphi::bao

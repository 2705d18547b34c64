// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "../slots/amount.hpp"
#include "free_memory.hpp"
#include "layout.hpp"
#include "places.hpp"
#include "remote_io.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::uint64_t shared_alignment = 0x10000;  // the largest page of an arm64 kernel

// Everything of a request that is a VM, in the order in which it is served.
struct Wanted {
    VmKind kind;
    const VmRequest* vm;
    const ImageRequest* image = nullptr;  // of what is no slot
    const SlotRequest* slot = nullptr;
};

std::vector<Wanted> all_of(const LayoutRequest& request) {
    std::vector<Wanted> out = {{VmKind::root, &request.root, &request.root.image, nullptr}};
    for (const SlotRequest& one : request.slots) out.push_back({VmKind::slot, &one, nullptr, &one});
    for (const GuestRequest& one : request.guests) {
        out.push_back({VmKind::guest, &one, &one.image, nullptr});
    }
    return out;
}

class Placer {
  public:
    Placer(const Hardware& hardware, const LayoutRequest& request)
        : request_(request), wanted_(all_of(request)), memory_(hardware) {
        out_.hardware = hardware;
        out_.name = request.layout;
    }

    Layout run() {
        reserve_what_is_named();
        for (const Wanted& one : wanted_) begin_vm(one);
        place_shared();
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            if (wanted_[i].slot != nullptr) place_in_slot(*wanted_[i].slot, out_.vms[i]);
            attach(wanted_[i], out_.vms[i]);
        }
        attach_remote_io(request_, out_);
        return std::move(out_);
    }

  private:
    void reserve_what_is_named();
    void begin_vm(const Wanted& wanted);
    std::vector<unsigned> choose_cpus(const VmRequest& vm);
    std::vector<HwDevice> choose_devices(const VmRequest& vm);
    Mapping piece(const MemoryRequest& wanted, const std::string& of);
    void place_shared();
    std::uint32_t next_interrupt(const std::string& of, std::uint32_t most = most_interrupt);
    void place_in_slot(const SlotRequest& wanted, LaidVm& vm);
    void attach(const Wanted& wanted, LaidVm& vm);
    void attach_to(std::size_t shared, const Wanted& wanted, LaidVm& vm);
    bool is_one_to_one(const LaidVm& vm) const;
    bool is_end_of(const Shared& shared, const LaidVm& vm) const;

    const LayoutRequest& request_;
    std::vector<Wanted> wanted_;
    FreeMemory memory_;  // of the machine
    FreeMemory seen_;    // addresses of the slot that is being placed
    std::set<unsigned> taken_cpus_;
    std::set<std::uint32_t> taken_interrupts_;
    Layout out_;
};

// What is chosen keeps away from what is named, wherever in the request that is.
void Placer::reserve_what_is_named() {
    for (const Wanted& one : wanted_) {
        if (one.vm->cpus) taken_cpus_.insert(one.vm->cpus->begin(), one.vm->cpus->end());
        for (const MemoryRequest& piece : one.vm->memory) {
            if (piece.physical) memory_.take(common::extent_of(*piece.physical, piece.size));
        }
    }
    for (const ChannelRequest& one : request_.channels) {
        if (one.physical) memory_.take(common::extent_of(*one.physical, one.size));
        if (one.interrupt) taken_interrupts_.insert(*one.interrupt);
    }
    for (const RemoteIoRequest& one : request_.remote_io) {
        if (one.physical) memory_.take(common::extent_of(*one.physical, one.size));
        if (one.interrupt) taken_interrupts_.insert(*one.interrupt);
    }
}

std::vector<unsigned> Placer::choose_cpus(const VmRequest& vm) {
    if (vm.cpus) return *vm.cpus;
    std::vector<unsigned> out;
    for (const unsigned cpu : out_.hardware.cpus) {
        if (out.size() < vm.cpu_count && taken_cpus_.insert(cpu).second) out.push_back(cpu);
    }
    if (out.size() == vm.cpu_count) return out;
    throw Error(Code::no_resource,
                "VM \"" + vm.name + "\": " + std::to_string(vm.cpu_count) + " CPUs asked for, " +
                    std::to_string(out.size()) + " of board \"" + out_.hardware.name +
                    "\" are left",
                "a CPU is one VM's: ask for fewer, or for fewer VMs");
}

std::vector<HwDevice> Placer::choose_devices(const VmRequest& vm) {
    std::vector<HwDevice> out;
    for (const std::string& name : vm.devices) {
        const HwDevice* device = out_.hardware.device(name);
        if (device == nullptr) {
            throw Error(Code::not_found,
                        "VM \"" + vm.name + "\": board \"" + out_.hardware.name +
                            "\" has no device \"" + name + "\"",
                        "name one of its \"devices\"");
        }
        out.push_back(*device);
    }
    if (!vm.other_devices) return out;
    for (const HwDevice& device : out_.hardware.devices) {
        const bool asked = std::any_of(wanted_.begin(), wanted_.end(), [&](const Wanted& one) {
            const auto& names = one.vm->devices;
            return std::find(names.begin(), names.end(), device.name) != names.end();
        });
        if (!asked) out.push_back(device);
    }
    return out;
}

Mapping Placer::piece(const MemoryRequest& wanted, const std::string& of) {
    const std::uint64_t at = wanted.physical
                                 ? *wanted.physical
                                 : memory_.find(wanted.size, huge_page, "VM \"" + of + "\"");
    return {wanted.ipa.value_or(at), at, wanted.size};
}

void Placer::begin_vm(const Wanted& wanted) {
    LaidVm vm;
    vm.kind = wanted.kind;
    vm.name = wanted.vm->name;
    vm.cpus = choose_cpus(*wanted.vm);
    vm.devices = choose_devices(*wanted.vm);
    if (wanted.slot != nullptr) {
        const std::uint64_t stub = memory_.find(wanted.slot->stub, shared_alignment, vm.title());
        vm.memory.push_back({stub, stub, wanted.slot->stub});
    }
    for (const MemoryRequest& one : wanted.vm->memory) vm.memory.push_back(piece(one, vm.name));
    if (wanted.image != nullptr) {
        const Mapping& first = vm.memory.front();
        vm.image = {wanted.image->file, false, {first.ipa, first.physical, wanted.image->most}};
        vm.entry = first.ipa + wanted.image->entry;
    }
    out_.vms.push_back(std::move(vm));
}

std::uint32_t Placer::next_interrupt(const std::string& of, std::uint32_t most) {
    for (const std::uint32_t one : out_.hardware.interrupts) {
        if (one <= most && taken_interrupts_.insert(one).second) return one;
    }
    const std::string up_to = most < most_interrupt ? " up to " + std::to_string(most) : "";
    throw Error(Code::no_resource,
                of + ": none of the interrupts" + up_to + " of board \"" + out_.hardware.name +
                    "\" is left for it",
                "add numbers that no device raises to the board's \"irqs\"");
}

void Placer::place_shared() {
    for (const SlotRequest& one : request_.slots) {
        const std::string of = "the window of slot \"" + one.name + "\"";
        Shared window{one.name, SharedKind::window, memory_.find(one.window, shared_alignment, of),
                      one.window, one.doorbell ? next_interrupt(of) : 0};
        out_.shared.push_back(std::move(window));
    }
    for (const ChannelRequest& one : request_.channels) {
        const std::string of = "channel \"" + one.name + "\"";
        Shared channel{one.name, SharedKind::channel,
                       one.physical ? *one.physical : memory_.find(one.size, shared_alignment, of),
                       one.size, one.interrupt.value_or(0)};
        if (!one.interrupt && one.doorbell) channel.interrupt = next_interrupt(of);
        out_.shared.push_back(std::move(channel));
    }
    for (const RemoteIoRequest& one : request_.remote_io) {
        Shared memory{one.name, SharedKind::remote_io, 0, one.size, one.interrupt.value_or(0)};
        const std::string of = memory.title();
        memory.physical =
            one.physical ? *one.physical : memory_.find(one.size, shared_alignment, of);
        if (!one.interrupt) memory.interrupt = next_interrupt(of, most_remote_number);
        out_.shared.push_back(std::move(memory));
    }
}

// Whoever reaches memory past the CPU's page tables, and not through an SMMU, uses physical
// addresses.
bool Placer::is_one_to_one(const LaidVm& vm) const {
    return out_.hardware.profile == Profile::mpu ||
           std::any_of(vm.devices.begin(), vm.devices.end(),
                       [](const HwDevice& one) { return one.dma && !one.stream; });
}

bool Placer::is_end_of(const Shared& shared, const LaidVm& vm) const {
    const auto& all = request_.remote_io;
    return shared.kind == SharedKind::remote_io &&
           std::any_of(all.begin(), all.end(), [&](const RemoteIoRequest& one) {
               return one.name == shared.name &&
                      (one.frontend == vm.name || one.backend == vm.name);
           });
}

void Placer::place_in_slot(const SlotRequest& wanted, LaidVm& vm) {
    const bool same = is_one_to_one(vm);
    seen_ = FreeMemory();
    for (const Extent& one : places_of(out_.hardware.gic, out_.hardware.cpu_count)) seen_.take(one);
    for (const HwDevice& device : vm.devices) {
        for (const Extent& one : device.registers) seen_.take(pages_of(one));
    }
    for (std::size_t i = 0; i < wanted.memory.size(); ++i) {
        if (wanted.memory[i].ipa) seen_.take(vm.memory[i + 1].seen());
    }
    // Of remote I/O both ends see the memory at one address.
    for (const Shared& one : out_.shared) {
        if (is_end_of(one, vm)) seen_.take(common::extent_of(one.physical, one.size));
    }
    const auto choose = [&](Mapping& one, std::uint64_t from, std::uint64_t alignment) {
        if (!same) one.ipa = seen_.find_from(from, one.size, alignment, vm.title());
        seen_.take(one.seen());
    };
    choose(vm.memory[0], request_.stub_ipa, shared_alignment);
    for (std::size_t i = 0; i < wanted.memory.size(); ++i) {
        if (!wanted.memory[i].ipa) choose(vm.memory[i + 1], request_.memory_ipa, huge_page);
    }
    vm.image = {"slot-" + vm.name + ".bin", true, vm.memory[0]};
    vm.entry = vm.memory[0].ipa;
}

void Placer::attach_to(std::size_t index, const Wanted& wanted, LaidVm& vm) {
    const Shared& shared = out_.shared[index];
    Mapping where{shared.physical, shared.physical, shared.size};
    if (wanted.slot != nullptr && !is_one_to_one(vm)) {
        where.ipa = seen_.find_from(request_.shared_ipa, shared.size, shared_alignment, vm.title());
    }
    vm.attachments.push_back({index, where});
}

// A slot's window is the first that it has, and so are all windows of the root.
void Placer::attach(const Wanted& wanted, LaidVm& vm) {
    const auto has = [&](const std::string& channel) {
        const auto& names = wanted.vm->channels;
        return std::find(names.begin(), names.end(), channel) != names.end();
    };
    for (std::size_t i = 0; i < out_.shared.size(); ++i) {
        const Shared& shared = out_.shared[i];
        const bool its_window = vm.kind == VmKind::root || shared.name == vm.name;
        if (shared.kind == SharedKind::remote_io) continue;
        if (shared.is_window() ? its_window : has(shared.name)) attach_to(i, wanted, vm);
    }
    for (const std::string& name : wanted.vm->channels) {
        const auto& all = request_.channels;
        const bool there = std::any_of(all.begin(), all.end(),
                                       [&](const ChannelRequest& one) { return one.name == name; });
        if (there) continue;
        throw Error(Code::not_found, vm.title() + ": there is no channel \"" + name + "\"",
                    "add it to the request's \"channels\"");
    }
}

}  // namespace

std::string LaidVm::title() const {
    return "VM \"" + name + "\"";
}

std::string Shared::title() const {
    switch (kind) {
        case SharedKind::window:
            return "the window of slot \"" + name + "\"";
        case SharedKind::channel:
            return "channel \"" + name + "\"";
        case SharedKind::remote_io:
            break;
    }
    return "remote I/O device \"" + name + "\"";
}

std::string RemoteEnd::title() const {
    return "remote I/O device \"" + name + "\"";
}

Layout place(const Hardware& hardware, const LayoutRequest& request) {
    return Placer(hardware, request).run();
}

}  // namespace runphi::bao

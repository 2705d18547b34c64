// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "../slots/amount.hpp"
#include "check.hpp"

// Remote I/O: Bao stands still at a pair that is none, and does not notice numbers that it cuts
// off.
namespace runphi::bao {

namespace {

struct VmEnd {
    const LaidVm* vm;
    const RemoteEnd* end;
};

std::string title(const VmEnd& one) {
    return one.vm->title() + ": " + (one.end->backend ? "backend" : "frontend") + " of " +
           one.end->title();
}

void check_numbers(const Layout& layout, const VmEnd& one, Problems& out) {
    const RemoteEnd& end = *one.end;
    const std::uint32_t lines = layout.hardware.gic.lines;
    if (end.key > most_remote_number) {
        out.add(title(one) + " has bind key " + std::to_string(end.key) +
                    ", and Bao passes no more than " + std::to_string(most_remote_number) + " on",
                "lay out fewer remote I/O devices");
    }
    if (end.interrupt < 32 || end.interrupt >= lines || end.interrupt > most_remote_number) {
        out.add(title(one) + " has interrupt " + std::to_string(end.interrupt) +
                    ", which is not an SPI of its interrupt controller that Bao passes on, 32 to " +
                    std::to_string(std::min(lines - 1, most_remote_number)),
                "choose another \"irq\"");
    }
}

void check_memory_of(const Layout& layout, const VmEnd& one, Problems& out) {
    const RemoteEnd& end = *one.end;
    if (end.shared >= layout.shared.size()) {
        out.add(title(one) + " has shared memory " + std::to_string(end.shared) + " of " +
                    std::to_string(layout.shared.size()),
                "lay the machine out again");
        return;
    }
    const Shared& shared = layout.shared[end.shared];
    if (end.where.size == 0 || end.where.size > shared.size ||
        end.where.physical != shared.physical) {
        out.add(title(one) + " sees " + common::hex(end.where.size) + " bytes of its memory at " +
                    common::hex(end.where.physical) + ", which has " + common::hex(shared.size) +
                    " at " + common::hex(shared.physical),
                "let it see all of it");
    }
    if (end.backend || (end.registers.size() != 0 && end.registers.first % page == 0)) return;
    out.add(title(one) + " has registers at " + to_string(end.registers) +
                ", which do not begin with a page",
            "use a multiple of 4096");
}

// Bao compares the two ends' struct remio_shmem, and nothing else.
void check_pair(const std::vector<VmEnd>& ends, Problems& out) {
    std::size_t backends = 0;
    for (const VmEnd& one : ends) backends += one.end->backend ? 1 : 0;
    const VmEnd &first = ends.front(), &last = ends.back();
    const std::string name =
        first.end->title() + " (bind key " + std::to_string(first.end->key) + ")";
    if (ends.size() != 2 || backends != 1) {
        out.add(name + " has " + std::to_string(ends.size() - backends) + " frontends and " +
                    std::to_string(backends) + " backends, and Bao wants exactly one of each",
                "name one VM as \"frontend\" and another one as \"backend\"");
        return;
    }
    if (first.vm == last.vm) {
        out.add(name + " has both ends in " + first.vm->title() +
                    ", where its driver would wait for itself",
                "name two VMs");
    }
    const Mapping &a = first.end->where, &b = last.end->where;
    if (a.ipa == b.ipa && a.size == b.size && first.end->shared == last.end->shared) return;
    out.add(name + " has memory " + std::to_string(first.end->shared) + ", " + common::hex(a.size) +
                " bytes at " + common::hex(a.ipa) + ", in " + first.vm->title() + " and memory " +
                std::to_string(last.end->shared) + ", " + common::hex(b.size) + " bytes at " +
                common::hex(b.ipa) + ", in " + last.vm->title() +
                ", and Bao wants the same in both",
            "let both see one memory, all of it, at one address");
}

}  // namespace

void check_remote_io(const Layout& layout, Problems& out) {
    std::map<std::uint64_t, std::vector<VmEnd>> pairs;
    for (const LaidVm& vm : layout.vms) {
        std::size_t backends = 0;
        for (const RemoteEnd& end : vm.remote) {
            const VmEnd one{&vm, &end};
            check_numbers(layout, one, out);
            check_memory_of(layout, one, out);
            pairs[end.key].push_back(one);
            backends += end.backend ? 1 : 0;
        }
        if (backends <= most_remote) continue;
        out.add(vm.title() + " makes " + std::to_string(backends) +
                    " remote I/O devices, and Bao's driver for Linux knows " +
                    std::to_string(most_remote),
                "let another VM make some");
    }
    for (const auto& [key, ends] : pairs) check_pair(ends, out);
}

}  // namespace runphi::bao

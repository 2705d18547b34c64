// SPDX-License-Identifier: Apache-2.0
#include "check.hpp"

#include <algorithm>
#include <map>

namespace runphi::bao {

void require_disjoint(const std::vector<Named>& pieces, const std::string& todo, Problems& out) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (!pieces[i].where.overlaps(pieces[j].where)) continue;
            out.add(pieces[j].name + " at " + to_string(pieces[j].where) + " overlaps " +
                        pieces[i].name + " at " + to_string(pieces[i].where),
                    todo);
        }
    }
}

void check_cpus(const Layout& layout, Problems& out) {
    const Hardware& hardware = layout.hardware;
    std::map<unsigned, const LaidVm*> owners;
    for (const LaidVm& vm : layout.vms) {
        if (vm.cpus.empty()) out.add(vm.title() + " has no CPU", "give it one");
        for (const unsigned cpu : vm.cpus) {
            const std::string name = "CPU " + std::to_string(cpu);
            const auto& given = hardware.cpus;
            if (cpu >= hardware.cpu_count) {
                out.add(vm.title() + ": " + name + ", and platform \"" + hardware.platform +
                            "\" has " + std::to_string(hardware.cpu_count) +
                            ": Bao would wait for it for ever",
                        "ask for CPUs below that");
            } else if (std::find(given.begin(), given.end(), cpu) == given.end()) {
                out.add(vm.title() + ": " + name + " is not one that board \"" + hardware.name +
                            "\" gives to VMs",
                        "ask for one of its \"cpus\"");
            }
            const auto [at, fresh] = owners.emplace(cpu, &vm);
            if (fresh) continue;
            out.add(at->second->title() + " and " + vm.title() + " both have " + name,
                    "a CPU is one VM's");
        }
    }
}

std::vector<Problem> check(const Layout& layout) {
    Problems out;
    for (const auto part : {check_cpus, check_memory, check_addresses, check_images, check_devices,
                            check_interrupts, check_shared, check_remote_io}) {
        part(layout, out);
    }
    return out.take();
}

}  // namespace runphi::bao

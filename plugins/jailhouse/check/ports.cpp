// SPDX-License-Identifier: Apache-2.0
#include "../format/names.hpp"
#include "subject.hpp"

// What only x86 has: I/O ports and the partitions of its cache.
namespace runphi::jailhouse {

namespace {

Span span_of_ports(const Pio& ports) {
    return span_of(ports.base, ports.length);
}

void check_ports_of(const Subject& subject, std::size_t index) {
    const Cell& cell = subject.cells[index];
    for (const Pio& ports : cell.pio) {
        if (ports.length == 0) continue;
        const std::string where = name_of(cell) + ", ports " + to_string(span_of_ports(ports));
        if (span_of_ports(ports).last > 0xffff) {
            subject.report.error(where, "there are ports up to 0xffff only");
        }
        for (std::size_t j = 0; j < index; ++j) {
            for (const Pio& theirs : subject.cells[j].pio) {
                if (theirs.length == 0 || !span_of_ports(ports).overlaps(span_of_ports(theirs))) {
                    continue;
                }
                subject.report.warning(where, name_of(subject.cells[j]) + " has some of them, too");
            }
        }
    }
}

void check_caches_of(const Subject& subject, const Cell& cell) {
    for (std::size_t i = 0; i < cell.caches.size(); ++i) {
        const Cache& cache = cell.caches[i];
        const std::string where = name_of(cell) + ", cache region " + std::to_string(i);
        if (cache.size == 0 || std::uint64_t{cache.start} + cache.size > 64) {
            subject.report.error(where, "bits " + std::to_string(cache.start) + " and the " +
                                            std::to_string(cache.size) +
                                            " from there on: none, or past the mask's 64");
        }
        if (cache.type < 1 || cache.type > 3) {
            subject.report.error(where, "type " + std::to_string(cache.type) + " is none");
        }
    }
}

}  // namespace

void check_ports(const Subject& subject) {
    for (std::size_t i = 0; i < subject.cells.size(); ++i) {
        check_ports_of(subject, i);
        check_caches_of(subject, subject.cells[i]);
        if (subject.system.arch == Arch::x86) continue;
        if (!subject.cells[i].pio.empty() || !subject.cells[i].caches.empty()) {
            subject.report.warning(name_of(subject.cells[i]),
                                   "ports and cache regions are ignored on this architecture");
        }
    }
}

}  // namespace runphi::jailhouse

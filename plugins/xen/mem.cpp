// SPDX-License-Identifier: Apache-2.0
#include "mem.hpp"

#include "backend.hpp"
#include "domain/config.hpp"

namespace runphi::xen {

// Xen chooses where it lies; the ledger counts it. How much Xen has free is known when the domain
// is made, and said there.
std::string XenBackend::mem(const sdk::Host&, const sdk::Planning& in) {
    const std::uint64_t bytes = sdk::Plan(in.plan).memory_size();
    if (bytes < memory_minimum || bytes % memory_alignment != 0) {
        throw sdk::Error(sdk::Code::invalid,
                         "plan.grant.memory: " + std::to_string(bytes) +
                             " bytes; a domain needs whole MiB and at least 8",
                         "the board's \"alignment\" and \"minimum\" see to that");
    }
    return write_part(MemPart{bytes / 1024});
}

}  // namespace runphi::xen

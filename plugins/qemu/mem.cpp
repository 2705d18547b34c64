// SPDX-License-Identifier: Apache-2.0
#include "mem.hpp"

#include "backend.hpp"
#include "settings.hpp"

namespace runphi::qemu {

MemPart read_memory(const sdk::Plan& plan) {
    const auto part = plan.part("mem");
    if (!part) throw sdk::Error(sdk::Code::invalid, "plan.parts.mem: missing");
    return {part->at("bytes").u64(), part->at("prealloc").boolean()};
}

void check_images_fit(const std::vector<sdk::Image>& images, std::uint64_t memory) {
    std::uint64_t bytes = 0;
    for (const sdk::Image& image : images) {
        if (image.role == "disk") continue;
        if (__builtin_add_overflow(bytes, image.length, &bytes)) bytes = UINT64_MAX;
    }
    if (bytes < memory) return;
    throw sdk::Error(sdk::Code::invalid,
                     "the guest's images have " + std::to_string(bytes) +
                         " bytes, and its memory has " + std::to_string(memory),
                     "give the container more memory");
}

// Which pool the memory was counted in, and where, is the ledger's business: the guest's RAM is the
// machine's own, from its base on.
std::string QemuBackend::mem(const sdk::Host& host, const sdk::Planning& in) {
    const Settings settings = Settings::parse(host.settings());
    const sdk::Plan plan(in.plan);
    const std::uint64_t bytes = plan.memory_size();
    if (bytes < memory_minimum || bytes % memory_alignment != 0) {
        throw sdk::Error(sdk::Code::invalid,
                         "plan.grant.memory: " + std::to_string(bytes) +
                             " bytes; QEMU's machines need whole MiB and at least 8");
    }
    return sdk::JsonWriter()
        .object()
        .field("bytes", bytes)
        .field("prealloc", settings.prealloc.value_or(!plan.cpus.empty()))
        .end_object()
        .text();
}

}  // namespace runphi::qemu

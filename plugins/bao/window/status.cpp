// SPDX-License-Identifier: Apache-2.0
#include "status.hpp"

#include <runphi/memory_ring.h>

#include <cinttypes>
#include <cstdio>
#include <runphi/sdk.hpp>

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

Error impossible(const std::string& what) {
    return Error(Code::hypervisor, "the slot's status page: " + what,
                 "no stub writes that: a guest has, or the window is another one's");
}

SlotState state_of(std::uint32_t number) {
    if (number >= RUNPHI_SLOT_IDLE && number <= RUNPHI_SLOT_FAULTED) {
        return static_cast<SlotState>(number);
    }
    throw impossible("state " + std::to_string(number));
}

std::vector<runphi_slot_range> ram_of(const volatile runphi_slot_status& page) {
    const std::uint32_t count = page.ram_count;
    if (count == 0 || count > RUNPHI_SLOT_RAM_MAX) {
        throw impossible(std::to_string(count) + " pieces of memory");
    }
    std::vector<runphi_slot_range> out;
    for (std::uint32_t i = 0; i < count; ++i) {
        const runphi_slot_range one{page.ram[i].base, page.ram[i].size};
        if (one.size == 0 || one.base + one.size < one.base) {
            throw impossible("memory that ends before it begins");
        }
        out.push_back(one);
    }
    return out;
}

}  // namespace

const char* to_string(SlotState state) {
    switch (state) {
        case SlotState::idle:
            return "idle";
        case SlotState::loaded:
            return "loaded";
        case SlotState::running:
            return "running";
        case SlotState::exited:
            return "exited";
        case SlotState::faulted:
            return "faulted";
    }
    return "unknown";
}

std::string fault_text(const SlotFault& fault) {
    if (fault.syndrome == 0 && fault.address == 0) return "the guest has failed by its own word";
    char out[160];
    std::snprintf(out, sizeof out,
                  "the guest has failed by an exception (ESR 0x%" PRIx64 ", at 0x%" PRIx64
                  ", data address 0x%" PRIx64 ")",
                  fault.syndrome, fault.address, fault.data);
    return out;
}

std::optional<SlotStatus> read_status(const volatile runphi_slot_status& page) {
    if (page.magic != RUNPHI_SLOT_STATUS_MAGIC) return std::nullopt;
    runphi_memory_barrier();
    if (const std::uint32_t version = page.version; version != RUNPHI_SLOT_VERSION) {
        throw impossible("version " + std::to_string(version) + ", and this runphi knows version " +
                         std::to_string(RUNPHI_SLOT_VERSION));
    }
    SlotStatus out;
    out.acked = page.acked;
    // What belongs to an acknowledged command was written before it.
    runphi_memory_barrier();
    out.result = page.result;
    out.state = state_of(page.state);
    runphi_memory_barrier();
    out.boots = page.boots;
    out.runs = page.runs;
    out.run = page.run;
    out.ticks = page.ticks;
    const std::uint32_t code = page.exit_code;
    if (out.state == SlotState::exited && page.exit_told == 1 && code <= 255) {
        out.exit_code = static_cast<int>(code);
    }
    if (out.state == SlotState::faulted) {
        out.fault = {page.fault_syndrome, page.fault_address, page.fault_data};
    }
    out.window_size = page.window_size;
    out.return_address = page.return_address;
    out.ram = ram_of(page);
    return out;
}

std::optional<Beats> read_beats(const volatile runphi_slot_guest& page) {
    if (page.magic != RUNPHI_SLOT_GUEST_MAGIC) return std::nullopt;
    runphi_memory_barrier();
    const Beats out{page.interval_ms, page.beats};
    if (page.version != RUNPHI_SLOT_VERSION || out.interval_ms == 0) return std::nullopt;
    return out;
}

std::string result_text(std::uint32_t result) {
    switch (result) {
        case RUNPHI_SLOT_OK:
            return "obeyed";
        case RUNPHI_SLOT_BAD_MAGIC:
            return "the stub is of another version";
        case RUNPHI_SLOT_BAD_COMMAND:
            return "the stub does not know the command";
        case RUNPHI_SLOT_BAD_STATE:
            return "not in the state that it is in";
        case RUNPHI_SLOT_BAD_SOURCE:
            return "the bytes are not in the staging area";
        case RUNPHI_SLOT_BAD_TARGET:
            return "the bytes would not be in the slot's memory";
        case RUNPHI_SLOT_BAD_ENTRY:
            return "the entry is not in the slot's memory";
        default:
            return "an unknown reason, " + std::to_string(result);
    }
}

}  // namespace runphi::bao

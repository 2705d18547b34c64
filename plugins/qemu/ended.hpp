// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <string_view>

// Why a partition has ended. QEMU says it once, in an event, to whoever listens; for all others
// there is its log, into which a trace point writes every cause but a reset.
namespace runphi::qemu {

// From the reason of a SHUTDOWN event, a ShutdownCause of qapi/run-state.json.
sdk::Query ended_by(std::string_view reason);

// From the end of the log: the first cause in it, because the first is what ended the guest.
sdk::Query ended_by_log(std::string_view log);

// Of a partition whose process is gone.
sdk::Query ended(int dir_fd);

// Notes in the log that we are about to kill QEMU: that end is the caller's will, no fault.
void note_kill(int dir_fd);

}  // namespace runphi::qemu

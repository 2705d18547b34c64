// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "guest/slot/slot.h"

namespace fake_bao {

// Plays the guest whose image is at `image`, until it returns or `quit` is set. The image is text,
// a raw inmate, that says what it does:
//     exit N    greets on its console and returns with status N
//     return    returns without a word
//     crash     an exception that the stub takes
//     spin      greets and never returns, whatever it is asked
//     echo      says again what the console says, beats, and returns when it is asked to stop
//     mute      promises to beat, and never does again
// `window`: the slot's.
slot_end run_guest(const std::uint8_t* image, std::uint8_t* window, const std::atomic<bool>& quit);

}  // namespace fake_bao

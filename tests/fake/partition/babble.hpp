// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace fake {

// What a guest that means harm says without end on its agent channel: the next few KiB of it.
//   garbage   bytes, with the magic one among them
//   frames    whole frames of sessions, those of others and its own, as large as they can be
//   credit    4 GiB of credit for every session, again and again
//   lengths   headers that announce more than a frame can hold
//   errors    reasons why its workload could not be started
//   hellos    greetings of all versions, and answers to questions that nobody asked
//   half      a header, and nothing behind it ever: the only one that is silent then
// Empty when it says nothing more.
std::string babble(const std::string& how, std::uint64_t round);

}  // namespace fake

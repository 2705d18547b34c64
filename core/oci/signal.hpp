// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace phi::oci {

// "SIGTERM", "TERM", "term" and "15" are 15. 0 is a signal too: it only asks whether the process is
// there. Throws runc's `unknown signal "FOO"`. Any number is taken, as runc does: whether there is
// such a signal, is_signal tells.
int parse_signal(std::string_view text);
bool is_signal(int number);

// 15 is "SIGTERM"; a signal without a name (a real-time one) is its number.
std::string signal_name(int signal);

}  // namespace phi::oci

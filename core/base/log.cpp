// SPDX-License-Identifier: Apache-2.0
#include "core/base/log.hpp"

namespace phi::log {

namespace {
constinit Receiver the_receiver{nullptr, nullptr};
}

void set_receiver(const Receiver& receiver) {
    the_receiver = receiver;
}

bool wanted(Level level) {
    return the_receiver.wanted != nullptr && the_receiver.wanted(level);
}

void write(Level level, std::string_view message) {
    if (wanted(level)) the_receiver.write(level, message);
}

}  // namespace phi::log

// SPDX-License-Identifier: Apache-2.0
#include "core/command/guest.hpp"

#include "core/base/error.hpp"

namespace phi::command {

using container::Status;

void check_has_guest(Status status, const std::string& what) {
    if (status == Status::stopped) {
        throw Error(Code::invalid, "cannot " + what + " a stopped container");
    }
    if (status == Status::creating || status == Status::created) {
        throw Error(Code::invalid,
                    "cannot " + what + " a container whose guest has not been started");
    }
}

}  // namespace phi::command

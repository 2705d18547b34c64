// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>

namespace runphi::common {

// How a partition has ended, as its relay has seen it. A hypervisor alone may not know: a Linux
// that has powered off is `running` for Jailhouse.
struct End {
    bool failed = false;
    std::optional<int> exit_status;  // 0 to 255, if the guest has told it
    std::string detail;              // fit for a message
};

std::string write_end(const End& end);
End read_end(std::string_view text);

// As the core is to hear it.
sdk::Query query_of(const End& end);

}  // namespace runphi::common

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string_view>

namespace runphi::jailhouse {

// One command at a time changes cells. What a command has begun may outlive it: its call of the
// driver, in a child process, goes on when the command is killed. The child holds the lock, too, so
// that who has it sees what has become of every call before.
class DriverLock {
  public:
    // Waits for the lock, a file in `folder`; of a folder that does not exist there is none. Throws
    // Error(timeout) if somebody holds it for longer than `timeout_ms`.
    DriverLock(std::string_view folder, int timeout_ms);
    // Does somebody hold it at the moment?
    static bool is_held(std::string_view folder);

  private:
    sdk::UniqueFd file_;
};

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <exception>
#include <string>
#include <utility>

namespace phi {

// The closed list of ways to fail; the same numbers as RUNPHI_* in runphi/abi.h.
enum class Code : int {
    invalid = 1,
    unsupported = 2,
    no_resource = 3,
    busy = 4,
    not_found = 5,
    exists = 6,
    denied = 7,
    timeout = 8,
    io = 9,
    hypervisor = 10,
    internal = 11,
};

// The one exception type. The message names the thing and the value; the hint says what to do.
class Error : public std::exception {
  public:
    Error(Code code, std::string message, std::string hint = {})
        : code_(code), message_(std::move(message)), hint_(std::move(hint)) {}

    Code code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& hint() const noexcept { return hint_; }
    const char* what() const noexcept override { return message_.c_str(); }

    // The same error with "context: " before its message.
    Error within(const std::string& context) const {
        return Error(code_, context + ": " + message_, hint_);
    }

  private:
    Code code_;
    std::string message_;
    std::string hint_;
};

// The text of an errno as runc prints it: "no such file or directory".
// Clients look for these words in lower case.
std::string errno_text(int number);

// The Code that fits an errno.
Code errno_code(int number);

// Error "what: no such file or directory" from an errno, as Go writes a path error ("open /x:
// ...").
Error os_error(const std::string& what, int number = errno);

}  // namespace phi

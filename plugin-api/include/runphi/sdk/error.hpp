// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>
#include <runphi/sdk/linkage.hpp>

#include <cerrno>
#include <exception>
#include <string>
#include <utility>

namespace runphi::sdk {

// The closed list of ways to fail: RUNPHI_* of abi.h.
enum class Code : runphi_result {
    invalid = RUNPHI_INVALID,
    unsupported = RUNPHI_UNSUPPORTED,
    no_resource = RUNPHI_NO_RESOURCE,
    busy = RUNPHI_BUSY,
    not_found = RUNPHI_NOT_FOUND,
    exists = RUNPHI_EXISTS,
    denied = RUNPHI_DENIED,
    timeout = RUNPHI_TIMEOUT,
    io = RUNPHI_IO,
    hypervisor = RUNPHI_HYPERVISOR,
    internal = RUNPHI_INTERNAL,
};

// Any backend function may throw it; it reaches the user as it is. The message names the thing and
// the value, the hint says what to do.
class Error : public std::exception {
  public:
    Error(Code code, std::string message, std::string hint = {}, int sys_errno = 0)
        : code_(code),
          message_(std::move(message)),
          hint_(std::move(hint)),
          sys_errno_(sys_errno) {}

    Code code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& hint() const noexcept { return hint_; }
    int sys_errno() const noexcept { return sys_errno_; }
    const char* what() const noexcept override { return message_.c_str(); }

  private:
    Code code_;
    std::string message_;
    std::string hint_;
    int sys_errno_;
};

// The Code that fits an errno.
RUNPHI_SDK_FUNCTION Code errno_code(int number) noexcept;

// "no such file or directory": in lower case, because OCI clients look for these words so.
RUNPHI_SDK_FUNCTION std::string errno_text(int number);

// Error "open /dev/jailhouse: no such file or directory".
RUNPHI_SDK_FUNCTION Error os_error(const std::string& what, int number = errno);

}  // namespace runphi::sdk

#ifndef RUNPHI_SDK_COMPILED
#include <runphi/sdk/bodies/error.hpp>
#endif

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <cctype>
#include <cerrno>
#include <exception>
#include <string>
#include <system_error>
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
inline Code errno_code(int number) noexcept {
    switch (number) {
        case ENOENT:
        case ESRCH:
        case ENODEV:
        case ENXIO:
            return Code::not_found;
        case EEXIST:
            return Code::exists;
        case EACCES:
        case EPERM:
        case EROFS:
            return Code::denied;
        case EBUSY:
        case ETXTBSY:
            return Code::busy;
        case ENOMEM:
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
        case EAGAIN:
            return Code::no_resource;
        case ETIMEDOUT:
            return Code::timeout;
        case EINVAL:
        case ENAMETOOLONG:
        case ELOOP:
        case ENOTDIR:
        case EISDIR:
            return Code::invalid;
        case ENOSYS:
        case EOPNOTSUPP:
            return Code::unsupported;
        default:
            return Code::io;
    }
}

// "no such file or directory": in lower case, because OCI clients look for these words so.
inline std::string errno_text(int number) {
    std::string text = std::generic_category().message(number);
    const bool word = text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
    if (word) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

// Error "open /dev/jailhouse: no such file or directory".
inline Error os_error(const std::string& what, int number = errno) {
    return Error(errno_code(number), what + ": " + errno_text(number), {}, number);
}

}  // namespace runphi::sdk

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/error.hpp>

#include <cctype>
#include <cerrno>
#include <string>
#include <system_error>

namespace runphi::sdk {

RUNPHI_SDK_FUNCTION Code errno_code(int number) noexcept {
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

RUNPHI_SDK_FUNCTION std::string errno_text(int number) {
    std::string text = std::generic_category().message(number);
    const bool word = text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0;
    if (word) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

RUNPHI_SDK_FUNCTION Error os_error(const std::string& what, int number) {
    return Error(errno_code(number), what + ": " + errno_text(number), {}, number);
}

}  // namespace runphi::sdk

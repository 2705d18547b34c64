// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.hpp"

#include <cctype>
#include <cstring>

namespace phi {

std::string errno_text(int number) {
    const char* known = ::strerrordesc_np(number);
    if (known == nullptr) return "errno " + std::to_string(number);
    std::string text = known;
    // glibc capitalises the first word; runc, being Go, does not.
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

Code errno_code(int number) {
    switch (number) {
        case ENOENT:
        case ESRCH:
        case ENXIO:
        case ENODEV:
            return Code::not_found;
        case EEXIST:
            return Code::exists;
        case EACCES:
        case EPERM:
        case EROFS:
            return Code::denied;
        case ENOMEM:
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
        case EAGAIN:
            return Code::no_resource;
        case EBUSY:
        case ETXTBSY:
            return Code::busy;
        case ETIMEDOUT:
            return Code::timeout;
        case EINVAL:
        case ENAMETOOLONG:
        case ELOOP:
        case ENOTDIR:
        case EISDIR:
        case EXDEV:
            return Code::invalid;
        case ENOSYS:
        case EOPNOTSUPP:
            return Code::unsupported;
        default:
            return Code::io;
    }
}

Error os_error(const std::string& what, int number) {
    return Error(errno_code(number), what + ": " + errno_text(number));
}

}  // namespace phi

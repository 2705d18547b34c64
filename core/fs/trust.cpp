// SPDX-License-Identifier: Apache-2.0
#include "core/fs/trust.hpp"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <memory>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi {

namespace {

std::string resolve(const std::string& path) {
    const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr),
                                                          ::free);
    if (!resolved) throw os_error("open " + path);
    return resolved.get();
}

// Throws unless root owns it and nobody else can write it. In a sticky directory others may add
// names, but not replace one of root's.
void check(const std::string& path, const struct stat& info) {
    const char* what_to_do =
        "make it and every folder above it owned by root and writable by root alone";
    if (info.st_uid != 0) {
        throw Error(
            Code::denied,
            text(path, " is not trusted: it belongs to user ", info.st_uid, ", not to root"),
            what_to_do);
    }
    const bool sticky_directory = S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0;
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !sticky_directory) {
        throw Error(Code::denied, path + " is not trusted: others than root can write it",
                    what_to_do);
    }
}

void check_parents(const std::string& path) {
    for (std::size_t slash = path.rfind('/'); slash != std::string::npos;
         slash = slash == 0 ? std::string::npos : path.rfind('/', slash - 1)) {
        const std::string parent = slash == 0 ? "/" : path.substr(0, slash);
        struct stat info {};
        if (::lstat(parent.c_str(), &info) != 0) throw os_error("stat " + parent);
        check(parent, info);
    }
}

}  // namespace

UniqueFd open_trusted(const std::string& absolute_path) {
    const std::string path = resolve(absolute_path);
    check_parents(path);
    // Nobody but root can have changed the way to it since, so the name still means what it meant.
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) throw os_error("open " + absolute_path);
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) throw os_error("stat " + absolute_path);
    check(path, info);
    return file;
}

void require_trusted(const std::string& absolute_path) {
    const UniqueFd checked = open_trusted(absolute_path);
}

}  // namespace phi

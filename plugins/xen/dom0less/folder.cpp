// SPDX-License-Identifier: Apache-2.0
#include "folder.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "../files.hpp"

namespace runphi::xen::dom0less {

using sdk::Code;
using sdk::Error;

namespace {

[[noreturn]] void refuse_existing(const std::string& path) {
    throw Error(Code::exists, "-o " + path + ": there is something of this name already",
                "remove it, or write to another folder");
}

mode_t mode_by_umask(mode_t all) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return all & ~mask;
}

}  // namespace

NewFolder::NewFolder(const std::string& path) : path_(path) {
    while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
    struct stat info {};
    if (::lstat(path_.c_str(), &info) == 0) refuse_existing(path_);
    std::string name = path_ + ".XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw sdk::os_error("-o " + path_ + ": make a folder");
    draft_ = name;
    fd_.reset(::open(draft_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd_ && ::fchmod(fd_.get(), mode_by_umask(0777)) == 0) return;
    const Error error = sdk::os_error("open " + draft_);
    ::rmdir(draft_.c_str());
    throw Error(error);
}

NewFolder::~NewFolder() {
    if (kept_) return;
    for (const std::string& name : files_) ::unlinkat(fd_.get(), name.c_str(), 0);
    ::rmdir(draft_.c_str());
}

sdk::UniqueFd NewFolder::create(const std::string& name) {
    sdk::UniqueFd fd(
        ::openat(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd) throw sdk::os_error("create " + draft_ + "/" + name);
    files_.push_back(name);
    return fd;
}

void NewFolder::write(const std::string& name, std::string_view bytes) {
    write_all(create(name).get(), bytes, name);
}

void NewFolder::copy(const std::string& name, int fd, std::uint64_t size) {
    copy_all(create(name).get(), fd, size, name);
}

void NewFolder::keep() {
    if (::renameat2(AT_FDCWD, draft_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
        if (errno == EEXIST) refuse_existing(path_);
        throw sdk::os_error("rename " + draft_ + " to " + path_);
    }
    kept_ = true;
}

}  // namespace runphi::xen::dom0less

// SPDX-License-Identifier: Apache-2.0
#include "linux_files.hpp"

#include <dirent.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <runphi/sdk.hpp>

#include "../../common/files.hpp"

namespace runphi::jailhouse {

using common::read_file;

namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;

}  // namespace

bool LinuxFiles::has(const std::string& of) const {
    return ::access(path(of).c_str(), F_OK) == 0;
}

std::string LinuxFiles::text(const std::string& of) const {
    return read_file(path(of), most_bytes);
}

std::optional<std::string> LinuxFiles::line(const std::string& of) const {
    try {
        std::string out = text(of);
        if (!out.empty() && out.back() == '\n') out.pop_back();
        return out;
    } catch (const sdk::Error& error) {
        if (error.code() != sdk::Code::not_found) throw;
        return std::nullopt;
    }
}

std::optional<std::string> LinuxFiles::link(const std::string& of) const {
    char target[PATH_MAX];
    const ssize_t size = ::readlink(path(of).c_str(), target, sizeof target);
    if (size < 0) return std::nullopt;
    const std::string whole(target, static_cast<std::size_t>(size));
    return whole.substr(whole.rfind('/') + 1);
}

std::vector<std::string> LinuxFiles::names(const std::string& of) const {
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(path(of).c_str()), &::closedir);
    std::vector<std::string> out;
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        if (entry->d_name[0] != '.') out.emplace_back(entry->d_name);
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#include "records.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "files.hpp"
#include "format/detect.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::string_view config_suffix = ".cell", begun_suffix = ".begun";
constexpr std::string_view begun_text = "begun";

void remove_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw sdk::os_error("remove " + path);
}

}  // namespace

std::string Records::path(const std::string& name, std::string_view suffix) const {
    if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos) {
        throw Error(Code::invalid, "\"" + name + "\" is no name of a partition");
    }
    return folder_ + "/" + name + std::string(suffix);
}

void Records::write(const std::string& name, const std::string& config) const {
    const std::string file = path(name, config_suffix), fresh = folder_ + "/." + name;
    remove_file(path(name, begun_suffix));
    write_file(fresh, config);
    if (::rename(fresh.c_str(), file.c_str()) != 0) throw sdk::os_error("rename " + fresh);
}

void Records::remove(const std::string& name) const {
    remove_file(path(name, begun_suffix));
    remove_file(path(name, config_suffix));
}

bool Records::has(const std::string& name) const {
    return ::access(path(name, config_suffix).c_str(), F_OK) == 0;
}

void Records::set_begin(const std::string& name, Begin begin) const {
    write_file(path(name, begun_suffix), begin == Begin::begun ? begun_text : "");
}

Records::Begin Records::begin(const std::string& name) const {
    try {
        // Empty while it is written, too.
        const bool begun = read_file(path(name, begun_suffix), 64) == begun_text;
        return begun ? Begin::begun : Begin::starting;
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        return Begin::waits;
    }
}

std::vector<std::string> Records::names() const {
    std::vector<std::string> out;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder_.c_str()), &::closedir);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        const std::string_view name = entry->d_name;
        if (name.front() == '.' || !name.ends_with(config_suffix)) continue;
        out.emplace_back(name.substr(0, name.size() - config_suffix.size()));
    }
    return out;
}

std::string Records::config(const std::string& name) const {
    try {
        return read_file(path(name, config_suffix), max_file_size);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        return {};  // another command has removed it meanwhile
    }
}

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#include "records.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "../common/files.hpp"
#include "driver/lock.hpp"
#include "format/detect.hpp"

namespace runphi::jailhouse {

using common::read_file;
using common::write_file;
using sdk::Code;
using sdk::Error;

namespace {

constexpr std::string_view config_suffix = ".cell", begun_suffix = ".begun",
                           relay_suffix = ".relay", end_suffix = ".end";
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

// A reader sees all of it or nothing.
void Records::write_whole(const std::string& file, const std::string& name,
                          std::string_view bytes) const {
    const std::string fresh = folder_ + "/." + name;
    write_file(fresh, bytes);
    if (::rename(fresh.c_str(), file.c_str()) != 0) throw sdk::os_error("rename " + fresh);
}

std::string Records::read(const std::string& file) const {
    try {
        return read_file(file, max_file_size);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        return {};  // another command may have removed it meanwhile
    }
}

void Records::write(const std::string& name, const std::string& config) const {
    for (const auto suffix : {begun_suffix, relay_suffix, end_suffix}) {
        remove_file(path(name, suffix));
    }
    write_whole(path(name, config_suffix), name, config);
}

void Records::remove(const std::string& name) const {
    for (const auto suffix : {begun_suffix, relay_suffix, end_suffix, config_suffix}) {
        remove_file(path(name, suffix));
    }
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

bool Records::has_begun(const std::string& name) const {
    const Begin now = begin(name);
    return now == Begin::starting ? !DriverLock::is_held(folder_) : now == Begin::begun;
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
    return read(path(name, config_suffix));
}

void Records::write_relay(const std::string& name, const sdk::ProcessId& relay) const {
    write_whole(path(name, relay_suffix), name + std::string(relay_suffix),
                sdk::JsonWriter()
                    .object()
                    .field("pid", relay.pid)
                    .field("start_time", relay.start_time)
                    .end_object()
                    .text());
}

std::optional<sdk::ProcessId> Records::relay(const std::string& name) const {
    const std::string text = read(path(name, relay_suffix));
    if (text.empty()) return std::nullopt;
    const sdk::JsonDocument document(text, "record of a relay");
    return sdk::ProcessId{static_cast<int>(document.root().at("pid").u64(1, INT32_MAX)),
                          document.root().at("start_time").u64()};
}

void Records::write_end(const std::string& name, const End& end) const {
    write_whole(path(name, end_suffix), name + std::string(end_suffix), common::write_end(end));
}

std::optional<End> Records::end(const std::string& name) const {
    const std::string text = read(path(name, end_suffix));
    return text.empty() ? std::nullopt : std::optional(common::read_end(text));
}

}  // namespace runphi::jailhouse

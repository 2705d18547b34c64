// SPDX-License-Identifier: Apache-2.0
#include "claims.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "../../common/files.hpp"

namespace runphi::bao {

namespace {

constexpr const char *claim_suffix = ".claim", *relay_suffix = ".relay", *end_suffix = ".end",
                     *aside_suffix = ".aside";
constexpr std::size_t most_claim_bytes = 65536;

// Empty if there is none: another command may have removed it meanwhile.
std::string read(const std::string& path) {
    try {
        return common::read_file(path, most_claim_bytes);
    } catch (const sdk::Error& error) {
        if (error.code() != sdk::Code::not_found) throw;
        return {};
    }
}

void remove_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw sdk::os_error("remove " + path);
}

}  // namespace

std::string write_claim(const Claim& claim) {
    return sdk::JsonWriter()
        .object()
        .field("slot", claim.slot)
        .field("partition", claim.partition)
        .field("run", claim.run)
        .field("entry", claim.entry)
        .field("argument", claim.argument)
        .field("boot", claim.boot)
        .field("started", claim.started)
        .end_object()
        .text();
}

Claim read_claim(std::string_view text, const std::string& what) {
    const sdk::JsonDocument document(text, what);
    const sdk::Json root = document.root();
    return {root.at("slot").string(),
            root.at("partition").string(),
            static_cast<std::uint32_t>(root.at("run").u64(1, UINT32_MAX)),
            root.at("entry").u64(),
            root.at("argument").u64(),
            root.string_or("boot", ""),
            root.boolean_or("started", false)};
}

SlotLock::SlotLock(std::string_view folder, const std::string& slot) {
    const std::string path = std::string(folder) + "/." + slot + ".lock";
    file_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file_ && errno == ENOENT) return;
    if (!file_) throw sdk::os_error("open " + path);
    while (::flock(file_.get(), LOCK_EX) != 0) {
        if (errno != EINTR) throw sdk::os_error("lock " + path);
    }
}

// Names of slots are file names: the table's reader sees to that.
std::string Claims::path(const std::string& slot, const char* suffix) const {
    return folder_ + "/" + slot + suffix;
}

// A reader sees all of it or nothing.
void Claims::write_whole(const std::string& path, std::string_view text) const {
    const std::string fresh = path + ".new";
    common::write_file(fresh, text);
    if (::rename(fresh.c_str(), path.c_str()) != 0) throw sdk::os_error("rename " + fresh);
}

void Claims::write(const Claim& claim) const {
    write_whole(path(claim.slot, claim_suffix), write_claim(claim));
}

// The claim last: as long as it stands, somebody knows that the rest is to be removed.
void Claims::drop(const std::string& slot) const {
    for (const char* suffix : {relay_suffix, end_suffix, claim_suffix}) {
        remove_file(path(slot, suffix));
    }
}

std::optional<Claim> Claims::of_slot(const std::string& slot) const {
    const std::string text = read(path(slot, claim_suffix));
    return text.empty() ? std::nullopt : std::optional(read_claim(text, "claim to " + slot));
}

// Their names without it.
std::vector<std::string> Claims::files_with(const char* suffix) const {
    std::vector<std::string> out;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder_.c_str()), &::closedir);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        const std::string_view file = entry->d_name, end = suffix;
        if (file.front() == '.' || !file.ends_with(end)) continue;
        out.emplace_back(file.substr(0, file.size() - end.size()));
    }
    return out;
}

std::vector<Claim> Claims::all() const {
    std::vector<Claim> out;
    for (const std::string& slot : files_with(claim_suffix)) {
        if (auto claim = of_slot(slot)) out.push_back(std::move(*claim));
    }
    return out;
}

std::optional<Claim> Claims::of_partition(const std::string& partition) const {
    for (Claim& one : all()) {
        if (one.partition == partition) return std::move(one);
    }
    return std::nullopt;
}

void Claims::set_aside(const std::string& slot, const std::string& why) const {
    write_whole(path(slot, aside_suffix), why);
    drop(slot);
}

std::optional<std::string> Claims::set_aside_for(const std::string& slot) const {
    std::string why = read(path(slot, aside_suffix));
    return why.empty() ? std::nullopt : std::optional(std::move(why));
}

std::vector<std::string> Claims::set_aside() const {
    std::vector<std::string> out = files_with(aside_suffix);
    std::sort(out.begin(), out.end());
    return out;
}

std::string aside_text(const Claims& claims) {
    std::string out;
    for (const std::string& slot : claims.set_aside()) {
        out += (out.empty() ? "set aside until the next boot: " : ", ") + slot;
    }
    return out;
}

void Claims::write_relay(const std::string& slot, const sdk::ProcessId& relay) const {
    write_whole(path(slot, relay_suffix), sdk::JsonWriter()
                                              .object()
                                              .field("pid", relay.pid)
                                              .field("start_time", relay.start_time)
                                              .end_object()
                                              .text());
}

std::optional<sdk::ProcessId> Claims::relay(const std::string& slot) const {
    const std::string text = read(path(slot, relay_suffix));
    if (text.empty()) return std::nullopt;
    const sdk::JsonDocument document(text, "record of a relay");
    return sdk::ProcessId{static_cast<int>(document.root().at("pid").u64(1, INT32_MAX)),
                          document.root().at("start_time").u64()};
}

void Claims::write_end(const std::string& slot, const End& end) const {
    write_whole(path(slot, end_suffix), common::write_end(end));
}

std::optional<End> Claims::end(const std::string& slot) const {
    const std::string text = read(path(slot, end_suffix));
    return text.empty() ? std::nullopt : std::optional(common::read_end(text));
}

}  // namespace runphi::bao

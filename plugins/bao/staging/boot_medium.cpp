// SPDX-License-Identifier: Apache-2.0
#include "boot_medium.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <runphi/sdk.hpp>

#include "../../common/files.hpp"
#include "../guest/staged_image.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::string_view record_format = "runphi.bao-staged/1";
constexpr std::size_t most_of_record = 4096, most_of_boot_id = 64;

// nullopt: there is none.
std::optional<std::string> read(const std::string& path, std::size_t most) {
    try {
        return common::read_file(path, most);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        return std::nullopt;
    }
}

void remove_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw sdk::os_error("remove " + path);
}

void sync(const std::string& path, int flags) {
    const sdk::UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) throw sdk::os_error("write " + path + " out");
}

// From the image's beginning.
std::uint64_t entry_of(const Guest& guest) {
    return guest.entry - guest.load;
}

}  // namespace

void require_medium(const Settings& settings, const Guest& guest) {
    if (!settings.boot_medium.empty()) return;
    throw Error(Code::no_resource,
                "only guest \"" + guest.name +
                    "\" has all of it, which is booted with the machine, and where its image is "
                    "put is not set",
                "name the folder that the boot loader takes \"" + guest.image +
                    "\" from: \"boot_medium\" in backend_settings.bao of runphi.json");
}

std::string current_boot(const Settings& settings) {
    std::string out = common::read_file(settings.boot_id, most_of_boot_id);
    while (!out.empty() && out.back() == '\n') out.pop_back();
    if (!out.empty()) return out;
    throw Error(Code::internal, settings.boot_id + " is empty");
}

BootMedium::BootMedium(const Settings& settings, const SlotTable& table)
    : folder_(settings.boot_medium), layout_(layout_hash(table)) {}

std::string BootMedium::image_path(const Guest& guest) const {
    return folder_ + "/" + guest.image;
}

std::string BootMedium::record_path(const Guest& guest) const {
    return folder_ + "/" + guest.image + ".runphi";
}

std::optional<Staged> BootMedium::staged(const Guest& guest) const {
    const auto text = read(record_path(guest), most_of_record);
    if (!text) return std::nullopt;
    const sdk::JsonDocument document(*text, record_path(guest));
    const sdk::Json root = document.root();
    if (root.at("format").string() != record_format) {
        throw Error(Code::invalid,
                    root.at("format").path() + ": it is not " + std::string(record_format));
    }
    if (root.at("layout").string() != layout_) return std::nullopt;
    return Staged{root.at("partition").string(), root.at("boot").string()};
}

bool BootMedium::holds(const Guest& guest, std::string_view image) const {
    const auto there = read(image_path(guest), image.size() + 1);
    return there && *there == image;
}

void BootMedium::require_ours(const Guest& guest) const {
    const std::string hint = "to give guest \"" + guest.name + "\" to containers, put guest-" +
                             guest.name + "-idle.bin of the layout there, as " + guest.image;
    if (!read(image_path(guest), 1)) {
        throw Error(Code::not_found,
                    image_path(guest) + ": there is no such file: is the boot medium mounted?",
                    hint);
    }
    if (holds(guest, idle_image(entry_of(guest))) || read(record_path(guest), 1)) return;
    throw Error(Code::denied,
                image_path(guest) +
                    ": somebody else has put it there, and a container's image "
                    "would replace it",
                hint);
}

// What was not yet renamed when somebody died is written again by the next one.
void BootMedium::write_whole(const std::string& path, std::string_view bytes) const {
    const std::string fresh = path + ".new";
    try {
        common::write_file(fresh, bytes);
        sync(fresh, O_RDONLY);
        if (::rename(fresh.c_str(), path.c_str()) != 0) throw sdk::os_error("rename " + fresh);
    } catch (...) {
        ::unlink(fresh.c_str());
        throw;
    }
    sync_folder();
}

void BootMedium::sync_folder() const {
    sync(folder_, O_RDONLY | O_DIRECTORY);
}

// The record first: an image under another one's record would be taken for what the machine was
// booted with.
void BootMedium::stage(const Guest& guest, const Staged& whose, std::string_view image) const {
    write_whole(record_path(guest), sdk::JsonWriter()
                                        .object()
                                        .field("format", record_format)
                                        .field("layout", layout_)
                                        .field("partition", whose.partition)
                                        .field("boot", whose.boot)
                                        .end_object()
                                        .text());
    write_whole(image_path(guest), image);
}

void BootMedium::clear(const Guest& guest) const {
    if (!read(record_path(guest), 1)) return;
    write_whole(image_path(guest), idle_image(entry_of(guest)));
    remove_file(record_path(guest));
    sync_folder();
}

}  // namespace runphi::bao

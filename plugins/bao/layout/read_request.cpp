// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "../../common/files.hpp"
#include "../slots/amount.hpp"
#include "../slots/table.hpp"
#include "request.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;
using sdk::Json;

namespace {

constexpr std::size_t most_request_bytes = std::size_t{4} << 20;
constexpr std::string_view root_name = "root";

// Sizes of memory: whole pages, and not nothing.
std::uint64_t size(const Json& value) {
    const std::uint64_t out = page_amount(value);
    if (out != 0) return out;
    throw Error(Code::invalid, value.path() + ": must be more than 0");
}

MemoryRequest read_piece(const Json& value) {
    MemoryRequest out;
    if (!value.is_object()) {
        out.size = size(value);
        return out;
    }
    value.only({"physical", "ipa", "size"});
    if (const auto at = value.find("physical")) out.physical = page_amount(*at);
    if (const auto at = value.find("ipa")) out.ipa = page_amount(*at);
    out.size = size(value.at("size"));
    return out;
}

// A size, a piece, or a list of either.
std::vector<MemoryRequest> read_memory(const Json& value) {
    if (!value.is_array()) return {read_piece(value)};
    std::vector<MemoryRequest> out;
    for (const Json& one : value.elements()) out.push_back(read_piece(one));
    if (out.empty()) throw Error(Code::invalid, value.path() + ": it is empty");
    return out;
}

std::vector<std::string> read_texts(const Json& value) {
    std::vector<std::string> out;
    for (const Json& one : value.elements()) out.push_back(one.string());
    return out;
}

void read_devices(const Json& value, VmRequest& out) {
    if (value.is_string() && value.string() == "others") {
        out.other_devices = true;
    } else {
        out.devices = read_texts(value);
    }
}

// What all VMs have. A number of CPUs is a JSON integer, certain ones are a text.
void read_vm(const Json& value, VmRequest& out) {
    const auto cpus = value.find("cpus");
    if (cpus && cpus->is_string()) {
        out.cpus = cpu_list(*cpus);
    } else if (cpus) {
        out.cpu_count = static_cast<unsigned>(cpus->u64(1, most_cpus));
    }
    out.memory = read_memory(value.at("memory"));
    if (const auto devices = value.find("devices")) read_devices(*devices, out);
    if (const auto channels = value.find("channels")) out.channels = read_texts(*channels);
}

ImageRequest read_image(const Json& value, const std::string& fallback) {
    value.only({"file", "size", "entry"});
    ImageRequest out;
    out.file = value.string_or("file", fallback);
    if (out.file.empty() || out.file.front() == '.' || out.file.find('/') != out.file.npos) {
        throw Error(Code::invalid,
                    value.path() + ".file: \"" + out.file + "\" is not the name of a file",
                    "its folder is the boot medium's");
    }
    out.most = size(value.at("size"));
    out.entry = amount_or(value, "entry", 0);
    return out;
}

std::string vm_name(const Json& value) {
    std::string out = name(value);
    if (out != root_name) return out;
    throw Error(Code::invalid, value.path() + ": \"root\" is the root VM's name");
}

GuestRequest read_guest(const Json& value, std::string name) {
    value.only({"name", "cpus", "memory", "devices", "channels", "image"});
    GuestRequest out;
    out.name = std::move(name);
    read_vm(value, out);
    out.image = read_image(value.at("image"), out.name + ".bin");
    return out;
}

SlotRequest read_slot(const Json& value) {
    value.only({"name", "cpus", "memory", "devices", "channels", "window", "stub", "doorbell"});
    SlotRequest out;
    out.name = vm_name(value.at("name"));
    read_vm(value, out);
    if (const auto window = value.find("window")) out.window = size(*window);
    if (const auto stub = value.find("stub")) out.stub = size(*stub);
    out.doorbell = value.boolean_or("doorbell", out.doorbell);
    return out;
}

ChannelRequest read_channel(const Json& value) {
    value.only({"name", "size", "doorbell", "physical", "irq"});
    ChannelRequest out;
    out.name = name(value.at("name"));
    out.size = size(value.at("size"));
    out.doorbell = value.boolean_or("doorbell", out.doorbell);
    if (const auto at = value.find("physical")) out.physical = page_amount(*at);
    if (const auto irq = value.find("irq")) {
        out.interrupt = static_cast<std::uint32_t>(irq->u64(0, most_interrupt));
    }
    return out;
}

RemoteIoRequest read_remote_io(const Json& value) {
    value.only({"name", "backend", "frontend", "memory", "registers", "physical", "irq"});
    RemoteIoRequest out;
    out.name = name(value.at("name"));
    out.backend = name(value.at("backend"));
    out.frontend = name(value.at("frontend"));
    out.size = size(value.at("memory"));
    if (const auto at = value.find("registers")) out.registers = page_amount(*at);
    if (const auto at = value.find("physical")) out.physical = page_amount(*at);
    if (const auto irq = value.find("irq")) {
        out.interrupt = static_cast<std::uint32_t>(irq->u64(0, most_interrupt));
    }
    return out;
}

void read_addresses(const Json& value, LayoutRequest& out) {
    value.only({"stub", "memory", "shared", "remote_io"});
    if (const auto at = value.find("stub")) out.stub_ipa = page_amount(*at);
    if (const auto at = value.find("memory")) out.memory_ipa = page_amount(*at);
    if (const auto at = value.find("shared")) out.shared_ipa = page_amount(*at);
    if (const auto at = value.find("remote_io")) out.remote_ipa = page_amount(*at);
}

void require_unique(const Json& root, const LayoutRequest& request) {
    std::set<std::string> vms, channels, remote;
    const auto add = [&](std::set<std::string>& names, const std::string& one, const char* kind) {
        if (names.insert(one).second) return;
        throw Error(Code::invalid, root.path() + ": " + kind + " \"" + one + "\" is there twice",
                    "give each a name of its own");
    };
    for (const SlotRequest& one : request.slots) add(vms, one.name, "VM");
    for (const GuestRequest& one : request.guests) add(vms, one.name, "VM");
    for (const ChannelRequest& one : request.channels) add(channels, one.name, "channel");
    for (const RemoteIoRequest& one : request.remote_io) {
        add(remote, one.name, "remote I/O device");
    }
    if (vms.size() <= most_slots) return;
    throw Error(Code::invalid, root.path() + ": " + std::to_string(vms.size()) +
                                   " slots and guests, and " + std::to_string(most_slots) +
                                   " are the most");
}

}  // namespace

LayoutRequest parse_request(std::string_view text, const std::string& what) {
    const sdk::JsonDocument document(text, what);
    const Json root = document.root();
    const std::string format = root.at("format").string();
    if (format != "runphi.bao-request/1") {
        throw Error(Code::invalid,
                    what + ".format: \"" + format + "\" is not \"runphi.bao-request/1\"",
                    format == table_format
                        ? "this is the table that a layout has as its result; --slots wants what "
                          "is asked for (docs/bao.md)"
                        : "");
    }
    root.only({"format", "layout", "root", "slots", "guests", "channels", "remote_io", "addresses",
               "comment"});
    LayoutRequest out;
    out.layout = name(root.at("layout"));
    out.root = read_guest(root.at("root"), std::string(root_name));
    if (const auto slots = root.find("slots")) {
        for (const Json& one : slots->elements()) out.slots.push_back(read_slot(one));
    }
    if (const auto guests = root.find("guests")) {
        for (const Json& one : guests->elements()) {
            out.guests.push_back(read_guest(one, vm_name(one.at("name"))));
        }
    }
    if (const auto channels = root.find("channels")) {
        for (const Json& one : channels->elements()) out.channels.push_back(read_channel(one));
    }
    if (const auto remote = root.find("remote_io")) {
        for (const Json& one : remote->elements()) out.remote_io.push_back(read_remote_io(one));
    }
    if (const auto addresses = root.find("addresses")) read_addresses(*addresses, out);
    require_unique(root, out);
    return out;
}

LayoutRequest read_request(const std::string& path) {
    return parse_request(common::read_file(path, most_request_bytes), path);
}

}  // namespace runphi::bao

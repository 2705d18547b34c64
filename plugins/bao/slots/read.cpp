// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "../../common/extent.hpp"
#include "../../common/files.hpp"
#include "amount.hpp"
#include "table.hpp"

namespace runphi::bao {

using common::Extent;
using common::extent_of;
using common::hex;
using sdk::Code;
using sdk::Error;
using sdk::Json;

namespace {

constexpr std::size_t most_table_bytes = std::size_t{4} << 20, most_ram = 4, most_listed = 256;

Error bad(const Json& where, const std::string& what) {
    return Error(Code::invalid, where.path() + ": " + what,
                 "the file must be as `runphi bao layout` has written it");
}

std::vector<Json> list(const Json& value, std::size_t most) {
    std::vector<Json> out = value.elements();
    if (out.size() <= most) return out;
    throw bad(value, "more than " + std::to_string(most) + " items");
}

Range checked(const Json& value, const Range& range) {
    if (range.size == 0) throw bad(value, "it has no size");
    if (range.base + (range.size - 1) < range.base) throw bad(value, "it goes past 2^64");
    return range;
}

Range read_range(const Json& value) {
    value.only({"base", "size"});
    return checked(value, {page_amount(value.at("base")), page_amount(value.at("size"))});
}

// Registers need not be whole pages.
Range read_registers(const Json& value) {
    value.only({"base", "size"});
    return checked(value, {amount(value.at("base")), amount(value.at("size"))});
}

std::vector<Range> read_ranges(const Json& value, std::size_t most) {
    std::vector<Range> out;
    for (const Json& one : list(value, most)) out.push_back(read_range(one));
    return out;
}

std::uint32_t read_interrupt(const Json& value, std::uint32_t least) {
    return static_cast<std::uint32_t>(value.u64(least, most_interrupt));
}

std::vector<std::string> read_texts(const Json& value) {
    std::vector<std::string> out;
    for (const Json& one : list(value, most_listed)) out.push_back(one.string());
    return out;
}

// A file beside the table: nothing that leads elsewhere.
std::string read_file_name(const Json& value) {
    std::string out = value.string();
    if (!out.empty() && out.front() != '.' && out.find('/') == out.npos &&
        out.find('\0') == out.npos) {
        return out;
    }
    throw bad(value, "\"" + out + "\" is not the name of a file");
}

SlotDevice read_device(const Json& value) {
    value.only({"name", "compatible", "registers", "interrupts", "dma"});
    SlotDevice out;
    out.name = value.at("name").string();
    out.compatible = read_texts(value.at("compatible"));
    for (const Json& one : list(value.at("registers"), most_listed)) {
        out.registers.push_back(read_registers(one));
    }
    for (const Json& one : list(value.at("interrupts"), most_interrupt)) {
        out.interrupts.push_back(read_interrupt(one, 16));
    }
    out.dma = value.at("dma").boolean();
    return out;
}

SlotChannel read_channel(const Json& value) {
    value.only({"name", "range", "interrupt", "index", "peers"});
    SlotChannel out;
    out.name = name(value.at("name"));
    out.range = read_range(value.at("range"));
    out.interrupt = read_interrupt(value.at("interrupt"), 0);
    out.index = static_cast<std::uint32_t>(value.at("index").u64(0, most_listed));
    out.peers = read_texts(value.at("peers"));
    return out;
}

SlotGic read_gic(const Json& value) {
    value.only({"version", "distributor", "second"});
    return {static_cast<unsigned>(value.at("version").u64(2, 3)),
            page_amount(value.at("distributor")), page_amount(value.at("second"))};
}

void read_vm(const Json& value, Vm& out) {
    out.name = name(value.at("name"));
    out.cpus = cpu_list(value.at("cpus"));
    out.ram = read_ranges(value.at("ram"), most_ram);
    if (out.ram.empty()) throw bad(value.at("ram"), "it has no memory");
    for (const Json& one : list(value.at("devices"), most_listed)) {
        out.devices.push_back(read_device(one));
    }
    for (const Json& one : list(value.at("channels"), most_listed)) {
        out.channels.push_back(read_channel(one));
    }
    out.gic = read_gic(value.at("gic"));
    out.timer_interrupt = static_cast<std::uint32_t>(value.at("timer_interrupt").u64(16, 31));
    out.device_tree = read_file_name(value.at("device_tree"));
    out.device_tree_hash = value.at("device_tree_hash").string();
}

// What of a VM's address space is memory must not be there twice.
void require_disjoint(const Json& where, const Vm& vm, const std::vector<Range>& more) {
    std::vector<Range> all = vm.ram;
    for (const SlotChannel& one : vm.channels) all.push_back(one.range);
    for (const SlotDevice& one : vm.devices) {
        all.insert(all.end(), one.registers.begin(), one.registers.end());
    }
    all.insert(all.end(), more.begin(), more.end());
    std::sort(all.begin(), all.end(),
              [](const Range& a, const Range& b) { return a.base < b.base; });
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (all[i].base - all[i - 1].base >= all[i - 1].size) continue;
        throw bad(where, "what it has at " +
                             to_string(extent_of(all[i - 1].base, all[i - 1].size)) + " and " +
                             to_string(extent_of(all[i].base, all[i].size)) + " overlaps");
    }
}

Slot read_slot(const Json& value) {
    value.only({"name", "cpus", "ram", "devices", "channels", "gic", "timer_interrupt",
                "device_tree", "device_tree_hash", "window", "window_in_slot", "doorbell",
                "root_doorbell", "stub"});
    Slot out;
    read_vm(value, out);
    out.window = read_range(value.at("window"));
    out.window_in_slot = page_amount(value.at("window_in_slot"));
    out.doorbell = read_interrupt(value.at("doorbell"), 0);
    out.root_doorbell = read_interrupt(value.at("root_doorbell"), 0);
    out.stub = read_range(value.at("stub"));
    require_disjoint(value, out, {{out.window_in_slot, out.window.size}, out.stub});
    return out;
}

Guest read_guest(const Json& value) {
    value.only({"name", "cpus", "ram", "devices", "channels", "gic", "timer_interrupt",
                "device_tree", "device_tree_hash", "image", "load", "most", "entry"});
    Guest out;
    read_vm(value, out);
    out.image = read_file_name(value.at("image"));
    out.load = page_amount(value.at("load"));
    out.most = page_amount(value.at("most"));
    out.entry = amount(value.at("entry"));
    const Extent image = extent_of(out.load, out.most);
    const Range& first = out.ram.front();
    if (out.load != first.base || !extent_of(first.base, first.size).contains(image)) {
        throw bad(value.at("load"), "its image at " + to_string(image) +
                                        " is not at the beginning of its memory, whole");
    }
    if (out.entry % 4 != 0 || !image.contains(extent_of(out.entry, 8)) ||
        out.entry - out.load > most_guest_entry) {
        throw bad(value.at("entry"),
                  hex(out.entry) + " is not an instruction's address in " + to_string(image));
    }
    require_disjoint(value, out, {});
    return out;
}

void require_apart(const Json& where, const SlotTable& table) {
    std::set<std::string> names;
    std::set<unsigned> cpus;
    const auto add = [&](const Vm& vm) {
        if (!names.insert(vm.name).second) throw bad(where, "\"" + vm.name + "\" is there twice");
        for (const unsigned cpu : vm.cpus) {
            if (cpus.insert(cpu).second) continue;
            throw bad(where, "CPU " + std::to_string(cpu) + " is \"" + vm.name +
                                 "\"'s and another one's, too");
        }
    };
    for (const Slot& one : table.slots) add(one);
    for (const Guest& one : table.guests) add(one);
}

}  // namespace

SlotTable parse_table(std::string_view text, const std::string& what) {
    const sdk::JsonDocument document(text, what);
    const Json root = document.root();
    const std::string format = root.at("format").string();
    if (format != table_format) {
        throw bad(root.at("format"),
                  "\"" + format + "\" is not \"" + std::string(table_format) + "\"");
    }
    root.only({"format", "layout", "bao", "profile", "slots", "guests", "hash"});
    SlotTable out;
    out.layout = name(root.at("layout"));
    out.bao = root.at("bao").string();
    out.profile = root.at("profile").string();
    if (out.profile != "mmu" && out.profile != "mpu") {
        throw bad(root.at("profile"), "\"" + out.profile + "\" is neither mmu nor mpu");
    }
    for (const Json& one : list(root.at("slots"), most_slots)) out.slots.push_back(read_slot(one));
    for (const Json& one : list(root.at("guests"), most_slots)) {
        out.guests.push_back(read_guest(one));
    }
    require_apart(root, out);
    const std::string hash = root.at("hash").string();
    if (hash != layout_hash(out)) {
        throw bad(root.at("hash"),
                  "\"" + hash + "\" is not this table's: it was changed afterwards");
    }
    return out;
}

SlotTable read_table(const std::string& path) {
    const std::string text = common::read_file(path, most_table_bytes + 1);
    if (text.size() <= most_table_bytes) return parse_table(text, path);
    throw Error(Code::invalid,
                path + ": larger than " + std::to_string(most_table_bytes) + " bytes");
}

}  // namespace runphi::bao

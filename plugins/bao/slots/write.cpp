// SPDX-License-Identifier: Apache-2.0
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include "../../common/extent.hpp"
#include "amount.hpp"
#include "table.hpp"

namespace runphi::bao {

using common::hex;

namespace {

void write_range(sdk::JsonWriter& out, const Range& range) {
    out.object().field("base", hex(range.base)).field("size", hex(range.size)).end_object();
}

template <typename Numbers>
void write_list(sdk::JsonWriter& out, std::string_view key, const Numbers& values) {
    out.array(key);
    for (const auto& one : values) out.value(one);
    out.end_array();
}

void write_ranges(sdk::JsonWriter& out, std::string_view key, const std::vector<Range>& ranges) {
    out.array(key);
    for (const Range& one : ranges) write_range(out, one);
    out.end_array();
}

void write_device(sdk::JsonWriter& out, const SlotDevice& device) {
    out.object().field("name", device.name);
    write_list(out, "compatible", device.compatible);
    write_ranges(out, "registers", device.registers);
    write_list(out, "interrupts", device.interrupts);
    out.field("dma", device.dma).end_object();
}

void write_channel(sdk::JsonWriter& out, const SlotChannel& channel) {
    out.object().field("name", channel.name).key("range");
    write_range(out, channel.range);
    out.field("interrupt", channel.interrupt).field("index", channel.index);
    write_list(out, "peers", channel.peers);
    out.end_object();
}

void write_vm(sdk::JsonWriter& out, const Vm& vm) {
    out.field("name", vm.name).field("cpus", cpu_text(vm.cpus));
    write_ranges(out, "ram", vm.ram);
    out.array("devices");
    for (const SlotDevice& one : vm.devices) write_device(out, one);
    out.end_array().array("channels");
    for (const SlotChannel& one : vm.channels) write_channel(out, one);
    out.end_array().object("gic").field("version", vm.gic.version);
    out.field("distributor", hex(vm.gic.distributor)).field("second", hex(vm.gic.second));
    out.end_object().field("timer_interrupt", vm.timer_interrupt);
    out.field("device_tree", vm.device_tree).field("device_tree_hash", vm.device_tree_hash);
}

void write_slot(sdk::JsonWriter& out, const Slot& slot) {
    out.object();
    write_vm(out, slot);
    out.key("window");
    write_range(out, slot.window);
    out.field("window_in_slot", hex(slot.window_in_slot));
    out.field("doorbell", slot.doorbell).field("root_doorbell", slot.root_doorbell).key("stub");
    write_range(out, slot.stub);
    out.end_object();
}

void write_guest(sdk::JsonWriter& out, const Guest& guest) {
    out.object();
    write_vm(out, guest);
    out.field("image", guest.image).field("load", hex(guest.load));
    out.field("most", hex(guest.most)).field("entry", hex(guest.entry)).end_object();
}

void write_members(sdk::JsonWriter& out, const SlotTable& table) {
    out.field("format", table_format).field("layout", table.layout).field("bao", table.bao);
    out.field("profile", table.profile).array("slots");
    for (const Slot& one : table.slots) write_slot(out, one);
    out.end_array().array("guests");
    for (const Guest& one : table.guests) write_guest(out, one);
    out.end_array();
}

// One member a line, for people.
std::string pretty(const std::string& text) {
    rapidjson::Document document;
    document.Parse(text.data(), text.size());
    rapidjson::StringBuffer buffer;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
    writer.SetIndent(' ', 2);
    document.Accept(writer);
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace

std::string layout_hash(const SlotTable& table) {
    sdk::JsonWriter out;
    out.object();
    write_members(out, table);
    return hash_text(out.end_object().text());
}

std::string write_table(const SlotTable& table) {
    sdk::JsonWriter out;
    out.object();
    write_members(out, table);
    return pretty(out.field("hash", layout_hash(table)).end_object().text());
}

}  // namespace runphi::bao

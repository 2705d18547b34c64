// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/board/label.hpp"
#include "core/board/node_files.hpp"

namespace phi::board {

namespace {

using Allocator = json::Document::AllocatorType;

json::Value device_node(const Device& device, Allocator& memory) {
    json::Value node(rapidjson::kObjectType);
    node.AddMember("path", json::Value(text(device_folder, device.name), memory), memory);
    // Major, minor and type come from there: a process that is no partition reads nothing from it.
    node.AddMember("hostPath", "/dev/null", memory);
    node.AddMember("permissions", "rw", memory);
    return node;
}

json::Value device_entry(const Device& device, const std::string& name, Allocator& memory) {
    json::Value edits(rapidjson::kObjectType);
    json::Value nodes(rapidjson::kArrayType);
    nodes.PushBack(device_node(device, memory), memory);
    edits.AddMember("deviceNodes", nodes, memory);
    json::Value entry(rapidjson::kObjectType);
    entry.AddMember("name", json::Value(name, memory), memory);
    entry.AddMember("containerEdits", edits, memory);
    return entry;
}

}  // namespace

std::string cdi(const Board& board) {
    json::Document document(rapidjson::kObjectType);
    Allocator& memory = document.GetAllocator();
    json::Value devices(rapidjson::kArrayType);
    std::map<std::string, std::string> taken;
    for (const auto& device : board.devices) {
        const std::string name = label_text(device.name, "_-.:");
        const auto [other, fresh] = taken.emplace(name, device.name);
        if (!fresh) {
            throw Error(Code::invalid,
                        text("board: the devices ", quoted(other->second), " and ",
                             quoted(device.name), " would both be ", quoted(name), " in CDI"),
                        "give one of them another name in the board file");
        }
        devices.PushBack(device_entry(device, name, memory), memory);
    }
    document.AddMember("cdiVersion", "0.5.0", memory);
    document.AddMember("kind", "runphi.org/device", memory);
    document.AddMember("devices", devices, memory);
    return json::write(document, true) + "\n";
}

}  // namespace phi::board

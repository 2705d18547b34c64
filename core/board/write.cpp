// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/board/board.hpp"
#include "core/board/grant_json.hpp"

namespace phi::board {

namespace {

void add_comment(json::Value& owner, const std::string& comment, Allocator& memory) {
    if (!comment.empty()) owner.AddMember("comment", json::Value(comment, memory), memory);
}

json::Value write_memory(const Board& board, Allocator& memory) {
    json::Value pools(rapidjson::kArrayType);
    for (const auto& pool : board.memory) {
        json::Value item(rapidjson::kObjectType);
        item.AddMember("name", json::Value(pool.name, memory), memory);
        item.AddMember("base", pool.base, memory);
        item.AddMember("size", pool.size, memory);
        add_comment(item, pool.comment, memory);
        pools.PushBack(item, memory);
    }
    json::Value out(rapidjson::kObjectType);
    out.AddMember("pools", pools, memory);
    out.AddMember("alignment", board.memory_alignment, memory);
    out.AddMember("minimum", board.memory_minimum, memory);
    return out;
}

json::Value write_devices(const Board& board, Allocator& memory) {
    json::Value devices(rapidjson::kArrayType);
    for (const auto& device : board.devices) {
        json::Value item(rapidjson::kObjectType);
        item.AddMember("name", json::Value(device.name, memory), memory);
        item.AddMember("path", json::Value(device.path, memory), memory);
        item.AddMember("iomem", regions_value(device.iomem, memory), memory);
        item.AddMember("irqs", numbers_value(device.irqs, memory), memory);
        add_comment(item, device.comment, memory);
        devices.PushBack(item, memory);
    }
    return devices;
}

json::Value write_channels(const Board& board, Allocator& memory) {
    json::Value channels(rapidjson::kArrayType);
    for (const auto& channel : board.channels) {
        json::Value item(rapidjson::kObjectType);
        item.AddMember("name", json::Value(channel.name, memory), memory);
        item.AddMember("size", channel.size, memory);
        item.AddMember("peers", channel.peers, memory);
        add_comment(item, channel.comment, memory);
        channels.PushBack(item, memory);
    }
    return channels;
}

}  // namespace

std::string write_board(const Board& board) {
    json::Document out(rapidjson::kObjectType);
    Allocator& memory = out.GetAllocator();
    out.AddMember("format", "runphi.board/1", memory);
    out.AddMember("name", json::Value(board.name, memory), memory);
    add_comment(out, board.comment, memory);
    json::Value cpus(rapidjson::kObjectType);
    cpus.AddMember("ids", json::Value(format_cpu_list(board.cpus), memory), memory);
    cpus.AddMember("exclusive", board.exclusive_cpus, memory);
    add_comment(cpus, board.cpus_comment, memory);
    out.AddMember("cpus", cpus, memory);
    out.AddMember("memory", write_memory(board, memory), memory);
    out.AddMember("devices", write_devices(board, memory), memory);
    out.AddMember("irqs", numbers_value(board.irqs, memory), memory);
    out.AddMember("channels", write_channels(board, memory), memory);
    json::Value limits(rapidjson::kObjectType);
    limits.AddMember("name_max", board.name_max, memory);
    out.AddMember("limits", limits, memory);
    return json::write(out, true);
}

}  // namespace phi::board

// SPDX-License-Identifier: Apache-2.0
#include "core/board/grant_json.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/range.hpp"

namespace phi::board {

namespace {

constexpr const char* grant_format = "runphi.grant/1";

json::Value memory_value(const std::vector<MemoryGrant>& grants, Allocator& memory) {
    json::Value array(rapidjson::kArrayType);
    for (const auto& one : grants) {
        json::Value item(rapidjson::kObjectType);
        item.AddMember("pool", json::Value(one.pool, memory), memory);
        item.AddMember("base", one.base, memory);
        item.AddMember("size", one.size, memory);
        array.PushBack(item, memory);
    }
    return array;
}

json::Value channels_value(const std::vector<ChannelGrant>& channels, Allocator& memory) {
    json::Value array(rapidjson::kArrayType);
    for (const auto& channel : channels) {
        json::Value item(rapidjson::kObjectType);
        item.AddMember("name", json::Value(channel.name, memory), memory);
        item.AddMember("peer", channel.peer, memory);
        item.AddMember("size", channel.size, memory);
        array.PushBack(item, memory);
    }
    return array;
}

void add_members(json::Value& out, const Grant& grant, Allocator& memory) {
    json::Value devices(rapidjson::kArrayType);
    for (const auto& name : grant.devices) devices.PushBack(json::Value(name, memory), memory);
    out.AddMember("cpus", numbers_value(grant.cpus, memory), memory);
    out.AddMember("cpu_count", grant.cpu_count, memory);
    out.AddMember("memory", memory_value(grant.memory, memory), memory);
    out.AddMember("devices", devices, memory);
    out.AddMember("iomems", regions_value(grant.iomems, memory), memory);
    out.AddMember("irqs", numbers_value(grant.irqs, memory), memory);
    out.AddMember("channels", channels_value(grant.channels, memory), memory);
}

std::vector<std::uint32_t> read_numbers(const json::Node& array) {
    std::vector<std::uint32_t> numbers;
    array.each([&](const json::Node& node) {
        numbers.push_back(static_cast<std::uint32_t>(node.as_u64(0, UINT32_MAX)));
    });
    return numbers;
}

Region read_granted_region(const json::Node& node) {
    const Region region{node.at("base").as_u64(), node.at("size").as_u64()};
    if (!valid(region)) node.fail("is empty or ends past 2^64");
    return region;
}

Grant read_grant(const json::Node& root) {
    root.only({"format", "cpus", "cpu_count", "memory", "devices", "iomems", "irqs", "channels"});
    if (root.at("format").as_string() != grant_format) {
        root.at("format").fail(text("expected ", quoted(grant_format)));
    }
    Grant grant;
    grant.cpus = read_numbers(root.at("cpus"));
    grant.cpu_count = static_cast<unsigned>(root.at("cpu_count").as_u64(1, UINT32_MAX));
    root.at("memory").each([&](const json::Node& node) {
        node.only({"pool", "base", "size"});
        const Region region = read_granted_region(node);
        grant.memory.push_back({node.at("pool").as_string(), region.base, region.size});
    });
    grant.devices = root.strings("devices");
    root.at("iomems").each([&](const json::Node& node) {
        node.only({"base", "size"});
        grant.iomems.push_back(read_granted_region(node));
    });
    grant.irqs = read_numbers(root.at("irqs"));
    root.at("channels").each([&](const json::Node& node) {
        node.only({"name", "peer", "size"});
        grant.channels.push_back({node.at("name").as_string(),
                                  static_cast<unsigned>(node.at("peer").as_u64(0, UINT32_MAX)),
                                  node.at("size").as_u64()});
    });
    return grant;
}

}  // namespace

json::Value numbers_value(const std::vector<std::uint32_t>& numbers, Allocator& memory) {
    json::Value array(rapidjson::kArrayType);
    for (const auto number : numbers) array.PushBack(number, memory);
    return array;
}

json::Value regions_value(const std::vector<Region>& regions, Allocator& memory) {
    json::Value array(rapidjson::kArrayType);
    for (const auto& region : regions) {
        json::Value item(rapidjson::kObjectType);
        item.AddMember("base", region.base, memory);
        item.AddMember("size", region.size, memory);
        array.PushBack(item, memory);
    }
    return array;
}

json::Value grant_value(const Grant& grant, Allocator& memory) {
    json::Value out(rapidjson::kObjectType);
    add_members(out, grant, memory);
    return out;
}

std::string write_grant(const Grant& grant) {
    json::Document out(rapidjson::kObjectType);
    out.AddMember("format", json::Value(grant_format, out.GetAllocator()), out.GetAllocator());
    add_members(out, grant, out.GetAllocator());
    return json::write(out);
}

Grant parse_grant(const std::string& text, const std::string& what) {
    const json::Document document = json::parse(text, what);
    try {
        return read_grant(json::Node(document, ""));
    } catch (const Error& error) {
        throw error.within(what);
    }
}

}  // namespace phi::board

// SPDX-License-Identifier: Apache-2.0
#include "board.hpp"

#include <cstdlib>
#include <runphi/sdk/json.hpp>
#include <set>

#include "report.hpp"

namespace check {

using runphi::sdk::Json;

namespace {

std::uint64_t amount(const Json& json) {
    if (!json.is_string()) return json.u64();
    const std::string text = json.string();
    char* end = nullptr;
    std::uint64_t value = std::strtoull(text.c_str(), &end, 0);
    static const std::string units = "KMGT";
    if (*end != '\0') {
        const auto unit = units.find(static_cast<char>(*end & ~0x20));
        require(unit != std::string::npos && end[1] == '\0', json.path() + ": " + text);
        value <<= 10U * (unit + 1);
    }
    return value;
}

std::vector<unsigned> cpu_list(const Json& json) {
    const std::string text = json.string();
    std::vector<unsigned> cpus;
    for (const char* at = text.c_str(); *at != '\0';) {
        char* end = nullptr;
        const unsigned long first = std::strtoul(at, &end, 10);
        unsigned long last = first;
        require(end != at, json.path() + ": \"" + text + "\" is no list of CPUs");
        if (*end == '-') last = std::strtoul(end + 1, &end, 10);
        require(last >= first && last < 8192 && (*end == ',' || *end == '\0'),
                json.path() + ": \"" + text + "\" is no list of CPUs");
        for (auto cpu = first; cpu <= last; ++cpu) cpus.push_back(static_cast<unsigned>(cpu));
        at = *end == ',' ? end + 1 : end;
    }
    return cpus;
}

// For people; any text that is not too long.
void comment(const Json& owner) {
    const std::string text = owner.string_or("comment", "");
    require(text.size() <= 1024, owner.path() + ".comment: longer than 1024 characters");
}

struct Range {
    std::uint64_t base, size;
};

Range range(const Json& json) {
    const Range out{amount(json.at("base")), amount(json.at("size"))};
    require(out.size > 0, json.path() + ".size is 0");
    require(out.base + out.size > out.base, json.path() + " goes past 2^64");
    return out;
}

void read_pools(const Json& pools, Board& board) {
    std::vector<Range> seen;
    for (const Json& pool : pools.elements()) {
        pool.only({"name", "base", "size", "comment"});
        comment(pool);
        const Range here = range(pool);
        for (const Range& other : seen) {
            const bool apart =
                here.base + here.size <= other.base || other.base + other.size <= here.base;
            require(apart, pool.path() + " overlaps another pool");
        }
        seen.push_back(here);
        if (board.pool.empty()) {
            board.pool = pool.at("name").string();
            board.pool_base = here.base;
            board.pool_size = here.size;
        }
    }
}

std::string unique(const Json& item, std::set<std::string>& seen) {
    std::string name = item.at("name").string();
    require(!name.empty() && seen.insert(name).second, item.path() + ": \"" + name + "\" twice");
    return name;
}

void read_devices(const Json& root) {
    std::set<std::string> names;
    std::set<std::uint64_t> irqs;
    const auto take = [&](const Json& list) {
        for (const Json& irq : list.elements()) {
            require(irqs.insert(irq.u64(0, UINT32_MAX)).second, irq.path() + ": given twice");
        }
    };
    if (const auto devices = root.find("devices")) {
        for (const Json& device : devices->elements()) {
            device.only({"name", "path", "iomem", "irqs", "comment"});
            comment(device);
            unique(device, names);
            if (const auto iomem = device.find("iomem")) {
                for (const Json& region : iomem->elements()) range(region);
            }
            if (const auto list = device.find("irqs")) take(*list);
        }
    }
    if (const auto list = root.find("irqs")) take(*list);
    std::set<std::string> channels;
    if (const auto list = root.find("channels")) {
        for (const Json& channel : list->elements()) {
            channel.only({"name", "size", "peers", "comment"});
            comment(channel);
            unique(channel, channels);
        }
    }
}

bool power_of_two(std::uint64_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

}  // namespace

Board read_board(const std::string& json) {
    const runphi::sdk::JsonDocument document(json, "board");
    const Json root = document.root();
    root.only(
        {"format", "name", "cpus", "memory", "devices", "irqs", "channels", "limits", "comment"});
    comment(root);
    require(root.at("format").string() == "runphi.board/1", "board.format is not runphi.board/1");
    root.at("name").string();
    Board board;
    const Json cpus = root.at("cpus");
    cpus.only({"ids", "exclusive", "comment"});
    comment(cpus);
    board.cpus = cpu_list(cpus.at("ids"));
    board.exclusive_cpus = cpus.boolean_or("exclusive", true);
    const Json memory = root.at("memory");
    memory.only({"pools", "alignment", "minimum"});
    read_pools(memory.at("pools"), board);
    if (const auto value = memory.find("alignment")) board.alignment = amount(*value);
    if (const auto value = memory.find("minimum")) board.minimum = amount(*value);
    require(power_of_two(board.alignment), "board.memory.alignment is no power of two");
    read_devices(root);
    if (const auto limits = root.find("limits")) {
        limits->only({"name_max"});
        if (const auto longest = limits->find("name_max")) longest->u64(20, 255);
    }
    return board;
}

}  // namespace check

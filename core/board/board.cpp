// SPDX-License-Identifier: Apache-2.0
#include "core/board/board.hpp"

#include <bit>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/board/amount.hpp"
#include "core/board/check.hpp"
#include "core/board/range.hpp"

namespace phi::board {

namespace {

constexpr const char* board_format = "runphi.board/1";
constexpr std::size_t name_limit = 64;
constexpr std::size_t path_limit = 1024;
constexpr std::size_t comment_limit = 1024;
constexpr unsigned peers_limit = 255;
// A partition's name must hold a hash and something of the id (plan/partition_name.hpp).
constexpr unsigned name_max_low = 20;
constexpr unsigned name_max_high = 255;

// Names are asked for in comma lists of annotations, and appear in tables.
std::string read_name(const json::Node& node) {
    static constexpr std::string_view allowed =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:@/+-";
    std::string name = node.as_string();
    if (name.empty() || name.size() > name_limit ||
        name.find_first_not_of(allowed) != std::string::npos) {
        node.fail(text(quoted(name), " is no name: 1 to ", name_limit,
                       " letters, digits and any of _.:@/+-"));
    }
    return name;
}

std::string read_text(const json::Node& node, std::size_t limit) {
    std::string value = node.as_string();
    const auto printable = [](char c) { return c >= 0x20 && c < 0x7f; };
    if (value.size() > limit) node.fail(text("longer than ", limit, " characters"));
    for (const char c : value) {
        if (!printable(c)) node.fail(text(quoted(value), " has a character that is not printable"));
    }
    return value;
}

// Nothing follows from it.
std::string read_comment(const json::Node& owner) {
    const auto comment = owner.find("comment");
    return comment ? read_text(*comment, comment_limit) : std::string();
}

Region read_region(const json::Node& node) {
    const Region region{read_amount(node.at("base")), read_amount(node.at("size"))};
    if (region.size == 0) node.at("size").fail("must be more than 0");
    if (!valid(region)) {
        node.fail(text(format_bytes(region.size), " at ", address(region.base), " end past 2^64"));
    }
    return region;
}

std::vector<std::uint32_t> read_irqs(const json::Node& owner) {
    std::vector<std::uint32_t> irqs;
    if (const auto list = owner.find("irqs")) {
        list->each([&](const json::Node& irq) {
            irqs.push_back(static_cast<std::uint32_t>(irq.as_u64(0, UINT32_MAX)));
        });
    }
    return irqs;
}

void read_cpus(const json::Node& node, Board& board) {
    node.only({"ids", "exclusive", "comment"});
    const json::Node ids = node.at("ids");
    const auto cpus = parse_cpu_list(ids.as_string());
    if (!cpus) ids.fail(text(quoted(ids.as_string()), " is no list of CPUs such as \"0-3,8\""));
    board.cpus = *cpus;
    board.exclusive_cpus = node.opt_bool("exclusive").value_or(true);
    board.cpus_comment = read_comment(node);
}

void read_memory(const json::Node& node, Board& board) {
    node.only({"pools", "alignment", "minimum"});
    node.at("pools").each([&](const json::Node& pool) {
        pool.only({"name", "base", "size", "comment"});
        const Region region = read_region(pool);
        board.memory.push_back(
            {read_name(pool.at("name")), region.base, region.size, read_comment(pool)});
    });
    if (const auto alignment = node.find("alignment")) {
        board.memory_alignment = read_amount(*alignment);
        if (!std::has_single_bit(board.memory_alignment)) {
            alignment->fail(text(board.memory_alignment, " is no power of two"));
        }
    }
    if (const auto minimum = node.find("minimum")) board.memory_minimum = read_amount(*minimum);
}

Device read_device(const json::Node& node) {
    node.only({"name", "path", "iomem", "irqs", "comment"});
    Device device;
    device.name = read_name(node.at("name"));
    if (const auto path = node.find("path")) device.path = read_text(*path, path_limit);
    if (const auto iomem = node.find("iomem")) {
        iomem->each([&](const json::Node& region) {
            region.only({"base", "size"});
            device.iomem.push_back(read_region(region));
        });
    }
    device.irqs = read_irqs(node);
    device.comment = read_comment(node);
    return device;
}

Channel read_channel(const json::Node& node) {
    node.only({"name", "size", "peers", "comment"});
    Channel channel;
    channel.name = read_name(node.at("name"));
    if (const auto size = node.find("size")) channel.size = read_amount(*size);
    if (const auto peers = node.find("peers")) {
        channel.peers = static_cast<unsigned>(peers->as_u64(1, peers_limit));
    }
    channel.comment = read_comment(node);
    return channel;
}

Board read_board(const json::Node& root) {
    root.only({"format", "name", "cpus", "memory", "devices", "irqs", "channels", "limits",
               "comment", "backends"});
    const json::Node format = root.at("format");
    if (format.as_string() != board_format) {
        format.fail(
            text("expected ", quoted(board_format), ", found ", quoted(format.as_string())));
    }
    Board board;
    board.name = read_text(root.at("name"), name_limit);
    if (board.name.empty()) root.at("name").fail("must not be empty");
    board.comment = read_comment(root);
    read_cpus(root.at("cpus"), board);
    read_memory(root.at("memory"), board);
    if (const auto devices = root.find("devices")) {
        devices->each([&](const json::Node& node) { board.devices.push_back(read_device(node)); });
    }
    board.irqs = read_irqs(root);
    // Each is its backend's to read.
    if (const auto backends = root.find("backends")) {
        backends->members([](const std::string&, const json::Node& one) {
            if (!one.value().IsObject()) one.fail("expected an object");
        });
    }
    if (const auto channels = root.find("channels")) {
        channels->each(
            [&](const json::Node& node) { board.channels.push_back(read_channel(node)); });
    }
    if (const auto limits = root.find("limits")) {
        limits->only({"name_max"});
        if (const auto name_max = limits->find("name_max")) {
            board.name_max = static_cast<unsigned>(name_max->as_u64(name_max_low, name_max_high));
        }
    }
    return board;
}

}  // namespace

Board parse_board(const std::string& text, const std::string& what) {
    const json::Document document = json::parse(text, what);
    try {
        Board board = read_board(json::Node(document, ""));
        check(board);
        return board;
    } catch (const Error& error) {
        throw error.within(what);
    }
}

}  // namespace phi::board

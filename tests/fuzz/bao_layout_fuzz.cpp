// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>

#include "plugins/bao/layout/layout.hpp"
#include "plugins/bao/layout/products.hpp"

// A board, a request and a slot table that somebody has edited anyhow. Each is refused in words or
// read; a layout of which nothing is wrong is written as a table that reads back the same.
namespace {

using namespace runphi::bao;

constexpr const char* board = R"({"format":"runphi.board/1","name":"lab","cpus":{"ids":"0-5"},
"memory":{"pools":[{"name":"ram","base":"0x42000000","size":"1G"}]},"devices":[
{"name":"uart0","iomem":[{"base":"0x9000000","size":"4K"}],"irqs":[33]},
{"name":"dma0","iomem":[{"base":"0x9050000","size":"8K"}],"irqs":[41,42]}],"irqs":[140,141,142],
"backends":{"bao":{"platform":"lab","version":"v2.0.0","profile":"mmu","cpus":6,
"regions":[{"base":"0x40000000","size":"2G"}],"hypervisor":{"base":"0x40000000","size":"32M"},
"gic":{"version":3,"distributor":"0x8000000","redistributors":"0x80a0000","lines":160,
"maintenance":25},"smmu":{"base":"0x9100000","size":"64K","interrupt":50},
"devices":{"uart0":{"compatible":["arm,pl011"]},"dma0":{"dma":true,"stream":5}}}}})";

constexpr const char* request = R"({"format":"runphi.bao-request/1","layout":"lab",
"root":{"cpus":"0-1","memory":"256M","image":{"size":"64M"},"devices":["uart0"],
"channels":["link"]},"slots":[{"name":"s0","memory":{"ipa":"0x40000000","size":"32M"},
"devices":["dma0"],"channels":["link"],"window":"1M","stub":"64K","doorbell":true},
{"name":"s1","cpus":1,"memory":["16M","16M"]}],"guests":[{"name":"g0","cpus":2,"memory":"64M",
"image":{"file":"g0.bin","size":"16M","entry":"0x40"}}],
"channels":[{"name":"link","size":"64K","irq":142}],
"remote_io":[{"name":"disk","backend":"root","frontend":"s1","memory":"1M"}],
"addresses":{"shared":"0xf0000000","remote_io":"0x20000000"}})";

void require(bool held) {
    if (!held) std::abort();
}

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

    bool empty() const { return left_ == 0; }
    std::size_t number(std::size_t below) {
        const std::size_t high = byte(), low = byte();
        return (high << 8 | low) % below;
    }
    std::uint8_t byte() {
        if (left_ == 0) return 0;
        --left_;
        return *data_++;
    }

  private:
    const std::uint8_t* data_;
    std::size_t left_;
};

// What people and programs get wrong.
constexpr std::string_view pieces[] = {
    "0",   "-1", "4096", "0xfffffffffffff000", "\"1T\"",
    "{}",  "[]", "null", "\"0-63\"",           "18446744073709551615",
    ",",   "\"", "2",    "\"root\"",           "\"s0\"",
    "true"};

// One edit for each few bytes of the input.
std::string edited(std::string text, Input& input) {
    while (!input.empty() && !text.empty()) {
        const std::uint8_t kind = input.byte();
        const std::size_t at = input.number(text.size());
        if (kind >= 0xf0) return text;
        if (kind < 0x40) {
            text[at] = static_cast<char>(input.byte());
        } else if (kind < 0x80) {
            text.erase(at, 1 + input.byte() % 32U);
        } else if (kind < 0xa0) {
            text.insert(at, text.substr(input.number(text.size()), 1 + input.byte() % 64U));
        } else {
            // The value behind the next colon.
            const std::size_t colon = text.find(':', at);
            if (colon == text.npos) continue;
            const std::size_t end = text.find_first_of(",}]", colon);
            text.replace(colon + 1, end == text.npos ? text.npos : end - colon - 1,
                         pieces[input.byte() % std::size(pieces)]);
        }
    }
    return text;
}

template <typename F>
void may_refuse(const F& f) {
    try {
        f();
    } catch (const runphi::sdk::Error& error) {
        require(!error.message().empty());
    }
}

void try_layout(const std::string& board_text, const std::string& request_text) {
    const Layout layout =
        place(parse_hardware(board_text, "board"), parse_request(request_text, "request"));
    for (const Problem& one : check(layout)) require(!one.what.empty() && !one.todo.empty());
    if (!check(layout).empty()) return;
    require(!config_source(layout).empty() && !readme(layout, "0").empty());
    require(!tree_source(root_tree(layout, "0")).empty());
    const SlotTable table = table_of(layout);
    require(parse_table(write_table(table), "table") == table);
}

// Of the two texts as they stand, with which nothing is wrong.
std::string make_table() {
    const Layout layout = place(parse_hardware(board, "board"), parse_request(request, "request"));
    require(check(layout).empty());
    return write_table(table_of(layout));
}

const std::string& whole_table() {
    static const std::string out = make_table();
    return out;
}

void try_table(const std::string& text) {
    const SlotTable table = parse_table(text, "table");
    require(parse_table(write_table(table), "table") == table);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    switch (input.byte() % 3) {
        case 0:
            may_refuse([&] { try_layout(edited(board, input), request); });
            break;
        case 1:
            may_refuse([&] { try_layout(board, edited(request, input)); });
            break;
        default:
            may_refuse([&] { try_table(edited(whole_table(), input)); });
    }
    return 0;
}

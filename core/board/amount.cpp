// SPDX-License-Identifier: Apache-2.0
#include "core/board/amount.hpp"

#include "core/base/text.hpp"

namespace phi::board {

std::uint64_t read_amount(const json::Node& node) {
    if (!node.value().IsString()) return node.as_u64();
    const std::string text = node.as_string();
    const auto amount = parse_amount(text);
    if (!amount) {
        node.fail(
            phi::text(quoted(text), " is no number: write an integer, \"0x70000000\" or \"64M\""));
    }
    return *amount;
}

std::string address(std::uint64_t value) {
    unsigned digits = 8;
    while (digits < 16 && value >> (4 * digits) != 0) ++digits;
    return "0x" + hex(value, digits);
}

}  // namespace phi::board

// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/log/log_format.hpp"

// Any bytes as JSON. Beyond not crashing: a refusal has words that the log can carry, and what was
// accepted is UTF-8 and reads back the same, compact and indented.
namespace {

void require(bool held) {
    if (!held) std::abort();
}

// A member of any type, read as every type: each either has it or says what it has.
void read_as_everything(const phi::json::Node& node) {
    unsigned taken = 0;
    const auto attempt = [&](auto&& read) {
        try {
            read();
            ++taken;
        } catch (const phi::Error& error) {
            require(error.message().rfind(node.path() + ": expected ", 0) == 0);
        }
    };
    attempt([&] { node.as_bool(); });
    attempt([&] { node.as_string(); });
    attempt([&] { node.as_i64(); });
    attempt([&] { node.as_u64(); });
    attempt(
        [&] { node.each([](const phi::json::Node& element) { read_as_everything(element); }); });
    attempt([&] {
        node.members(
            [](const std::string&, const phi::json::Node& member) { read_as_everything(member); });
    });
    require(taken <= 2);
}

void try_parse(const std::string& text) {
    const auto document = phi::json::parse(text, "text");
    const std::string written = phi::json::write(document);
    require(phi::json::write(phi::json::parse(written, "written", {1U << 30, 64})) == written);
    const std::string pretty = phi::json::write(document, true);
    require(phi::json::write(phi::json::parse(pretty, "pretty", {1U << 30, 64})) == written);
    read_as_everything(phi::json::Node(document, "root"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try {
        try_parse(text);
    } catch (const phi::Error& error) {
        require(error.message().rfind("text: ", 0) == 0);
        const std::string line =
            phi::log::format_json({phi::log::Level::error, error.message(), 0});
        phi::json::parse(line, "line");
    }
    // The log must be able to carry anything.
    phi::json::parse(phi::log::format_json({phi::log::Level::error, text, 0}), "line",
                     {1U << 30, 64});
    return 0;
}

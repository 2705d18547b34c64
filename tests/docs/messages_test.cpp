// SPDX-License-Identifier: Apache-2.0
// What docs/troubleshooting.md quotes is still said by some program of ours.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "core/base/text.hpp"
#include "docs/manual.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

bool is_source(const std::filesystem::path& path) {
    return path.extension() == ".cpp" || path.extension() == ".hpp" || path.extension() == ".c";
}

// C and C++ with their literals as the compiler sees them: neighbours joined, quotes bare.
std::string joined(std::string_view source) {
    std::string out;
    for (std::size_t at = 0; at < source.size(); ++at) {
        if (source[at] == '\\' && at + 1 < source.size()) {
            if (source[++at] != '"') out += '\\';
        } else if (source[at] == '"') {
            const std::size_t next = source.find_first_not_of(" \n", at + 1);
            const bool neighbour = next != std::string_view::npos && next > at + 1;
            if (neighbour && source[next] == '"') {
                at = next;
                continue;
            }
        }
        out += source[at];
    }
    return out;
}

// All sources.
std::string all_literals() {
    std::string all;
    for (const char* folder : {"core", "detect", "plugins", "packaging", "guest"})
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(text(SOURCE_DIR, '/', folder)))
            if (is_source(entry.path())) all += read_text(entry.path());
    return joined(all);
}

// The messages: what stands in backquotes at the beginning of a table's row.
std::vector<std::string> quoted_messages() {
    std::vector<std::string> messages;
    const std::string page = source_text("docs/troubleshooting.md");
    bool of_messages = false;
    for (const auto line : split(page, '\n')) {
        if (!line.starts_with("|")) of_messages = false;
        if (line.starts_with("| message |")) of_messages = true;
        if (of_messages && line.starts_with("| `"))
            messages.emplace_back(line.substr(3, line.find('`', 3) - 3));
    }
    return messages;
}

// The parts between what varies; a hint follows its message behind "; ".
std::vector<std::string> parts_of(std::string_view message) {
    std::vector<std::string> parts;
    while (!message.empty()) {
        const std::size_t varies = std::min(message.find("..."), message.size());
        const std::size_t hint = std::min(message.find("; "), message.size());
        const std::size_t end = std::min(varies, hint);
        if (end > 0) parts.emplace_back(message.substr(0, end));
        message.remove_prefix(std::min(end + (varies < hint ? 3 : 2), message.size()));
    }
    return parts;
}

TEST(Troubleshooting, QuotesWhatIsSaid) {
    const std::string literals = all_literals();
    const auto messages = quoted_messages();
    EXPECT_GE(messages.size(), 60U);
    for (const auto& message : messages) {
        std::size_t longest = 0;
        for (const auto& part : parts_of(message)) {
            longest = std::max(longest, part.size());
            EXPECT_NE(literals.find(part), std::string::npos) << message << "\n  " << part;
        }
        EXPECT_GE(longest, 9U) << message << ": too little to be found by";
    }
}

}  // namespace
}  // namespace phi::test

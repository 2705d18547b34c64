// SPDX-License-Identifier: Apache-2.0
#include "docs/manual.hpp"

#include <algorithm>
#include <cctype>

#include "core/base/text.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

constexpr std::string_view settings_of = "Settings of ";

std::vector<std::string> words_of(std::string_view line, const char* separators = " ") {
    std::vector<std::string> words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find_first_of(separators), line.size());
        if (end > 0) words.emplace_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

// "Ar", "Op": two letters, the first of them a capital.
bool is_macro(const std::string& word) {
    return word.size() == 2 && std::isupper(static_cast<unsigned char>(word[0])) != 0 &&
           std::islower(static_cast<unsigned char>(word[1])) != 0;
}

bool is_punctuation(const std::string& word) {
    return word.size() == 1 && std::ispunct(static_cast<unsigned char>(word[0])) != 0;
}

// The arguments of each call of the macro in a line.
Names arguments(const std::vector<std::string>& line, const std::string& macro) {
    Names found;
    bool inside = false;
    for (const auto& word : line) {
        if (is_macro(word))
            inside = word == macro;
        else if (inside && !is_punctuation(word))
            found.insert(word);
    }
    return found;
}

}  // namespace

std::string source_text(const std::string& path) {
    return read_text(std::string(SOURCE_DIR "/") + path);
}

Manual::Manual(const std::string& file) {
    const std::string page = source_text("docs/" + file);
    std::string section;
    for (const auto line : split(page, '\n')) {
        if (!line.starts_with('.') || line.starts_with(".\\\"")) continue;
        if (line.starts_with(".Sh ")) section.clear();
        if (line.starts_with(".Ss ")) section = line.substr(4);
        lines_.push_back({words_of(line.substr(1)), section});
    }
}

std::vector<Manual::Commands> Manual::commands() const {
    std::vector<Commands> all(1);
    std::size_t current = 0;
    bool heading = false;
    for (const auto& [words, section] : lines_) {
        const bool item = words.size() > 1 && words[0] == "It";
        const bool command = item && words[1] == "Cm";
        if (words[0] == "Ss" || words[0] == "Sh") current = 0;
        if (command && !heading) {
            current = all.size();
            all.emplace_back();
        }
        if (command) all[current].names.insert(words[2]);
        heading = command;
        if (!item || words[1] != "Fl") continue;
        for (const auto& option : arguments(words, "Fl")) all[current].options.insert("-" + option);
    }
    return all;
}

Names Manual::marked(const std::string& macro, const std::string& section) const {
    Names found;
    for (const auto& line : lines_) {
        if (section == "-" && line.section.starts_with(settings_of)) continue;
        if (!section.empty() && section != "-" && line.section != section) continue;
        found.merge(arguments(line.words, macro));
    }
    return found;
}

Names options_of_help(const std::string& page) {
    Names found;
    for (auto line : split(page, '\n')) {
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (!line.starts_with('-')) continue;
        for (const auto& word : words_of(line.substr(0, line.find("  ")), " ,"))
            if (word.starts_with('-')) found.insert(word);
    }
    return found;
}

}  // namespace phi::test

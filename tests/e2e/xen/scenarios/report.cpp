// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <cctype>
#include <cstdio>
#include <vector>

#include "core/base/text.hpp"

namespace phi::test {

namespace {

bool upper(char letter) {
    return std::isupper(static_cast<unsigned char>(letter)) != 0;
}

bool digit(char letter) {
    return std::isdigit(static_cast<unsigned char>(letter)) != 0;
}

// A capital begins a word unless it is within a word of capitals, and so does a number.
bool begins_word(const std::string& name, std::size_t at) {
    if (at == 0 || at >= name.size()) return at == 0;
    if (digit(name[at])) return !digit(name[at - 1]);
    if (!upper(name[at])) return false;
    return !upper(name[at - 1]) || (at + 1 < name.size() && !upper(name[at + 1]));
}

std::string words(const std::string& name) {
    std::string all;
    for (std::size_t at = 0; at < name.size(); ++at) {
        const bool begins = begins_word(name, at);
        if (begins && at > 0) all += ' ';
        const bool ends = at + 1 == name.size() || begins_word(name, at + 1);
        const bool word = begins && (ends || !upper(name[at + 1]));
        all += word ? static_cast<char>(std::tolower(name[at])) : name[at];
    }
    return all;
}

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
    // What is watched as it goes, and kept if the next one takes the machine down.
    std::fflush(stdout);
}

}  // namespace

std::string scenario_name(const std::string& suite, const std::string& test) {
    return words(suite) + ": " + words(test);
}

void Report::OnTestStart(const testing::TestInfo&) {
    why_.clear();
    begin_ = std::chrono::steady_clock::now();
}

void Report::OnTestPartResult(const testing::TestPartResult& part) {
    if (part.passed()) return;
    if (!why_.empty()) why_ += '\n';
    const std::string file = part.file_name() == nullptr ? "" : part.file_name();
    why_ +=
        text(part.summary(), "\n(", file.substr(file.rfind('/') + 1), ':', part.line_number(), ')');
}

void Report::OnTestEnd(const testing::TestInfo& scenario) {
    using std::chrono::milliseconds;
    const auto took = std::chrono::steady_clock::now() - begin_;
    const auto ms = std::chrono::duration_cast<milliseconds>(took).count();
    const std::string name = scenario_name(scenario.test_suite_name(), scenario.name());
    const testing::TestResult& result = *scenario.result();
    if (!result.Failed() && !result.Skipped()) return say(text("ok ", ms, ' ', name));
    bool first = true;
    for (const auto& line : split(why_, '\n')) {
        say(first ? text(result.Failed() ? "FAILED " : "skipped ", name, ": ", line)
                  : text("  | ", line));
        first = false;
    }
}

void remark(const std::string& text) {
    say("# " + text);
}

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
// docs/runc-compat.md says what is true: of the installed runc, and of us.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "core/base/text.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

using Cells = std::vector<std::string>;

std::string trimmed(std::string_view cell) {
    while (cell.starts_with(' ')) cell.remove_prefix(1);
    while (cell.ends_with(' ')) cell.remove_suffix(1);
    return std::string(cell);
}

std::string bare(std::string cell) {
    std::erase(cell, '`');
    return cell;
}

// The rows of the table below a heading, without its own two lines.
std::vector<Cells> table_below(const std::string& heading) {
    const std::string page = read_text(COMPAT_PAGE);
    std::vector<Cells> rows;
    const auto begin = page.find("\n## " + heading + "\n");
    if (begin == std::string::npos) return rows;
    for (const auto line : split(std::string_view(page).substr(begin + 1), '\n')) {
        if (!line.starts_with('|')) {
            if (!rows.empty()) break;
            continue;
        }
        Cells cells;
        for (const auto cell : split(line.substr(1, line.size() - 2), '|'))
            cells.push_back(trimmed(cell));
        rows.push_back(std::move(cells));
    }
    if (rows.size() >= 2) rows.erase(rows.begin(), rows.begin() + 2);
    return rows;
}

struct Option {
    std::string command;  // empty: before the command
    std::vector<std::string> names;
    std::string in_1_1, in_1_2, verdict, how;

    const std::string& in(const std::string& version) const {
        return version == "1.1" ? in_1_1 : in_1_2;
    }
    // The nth text in backquotes of the last column.
    std::string quote(std::size_t nth) const {
        const auto parts = split(how, '`');
        return nth * 2 + 1 < parts.size() ? std::string(parts[nth * 2 + 1]) : "";
    }
};

std::vector<Option> options() {
    std::vector<Option> all;
    for (const auto& row : table_below("Options")) {
        EXPECT_EQ(row.size(), 6U) << row[0];
        Option option{bare(row[0]), {}, row[2], row[3], row[4], row[5]};
        if (option.command == "(global)") option.command.clear();
        const std::string names = bare(row[1]);
        for (const auto name : split(names, ',')) option.names.push_back(trimmed(name));
        all.push_back(std::move(option));
    }
    return all;
}

std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words;
    for (const auto word : split(line, ' '))
        if (!word.empty()) words.emplace_back(word);
    return words;
}

// The options that a help page lists, but for --help itself.
std::set<std::string> options_in(const std::string& page) {
    std::set<std::string> found;
    for (const auto line : split(page, '\n')) {
        if (!line.starts_with("   -")) continue;
        const std::size_t end = std::min(line.find("  ", 3), line.size());
        for (auto word : split(line.substr(3, end - 3), ' ')) {
            if (word.ends_with(',')) word.remove_suffix(1);
            if (word.starts_with('-') && word != "--help" && word != "-h") found.emplace(word);
        }
    }
    return found;
}

std::string installed_runc() {
    for (const char* place : {"/usr/bin/runc", "/usr/sbin/runc"})
        if (::access(place, X_OK) == 0) return place;
    return {};
}

// "1.1"; empty for a version that the page does not speak of.
std::string version_of(const std::string& runc) {
    const std::string told = run_program({runc, "--version"}).out;
    for (const char* version : {"1.1", "1.2"})
        if (told.starts_with(text("runc version ", version, "."))) return version;
    return {};
}

std::vector<std::string> commands() {
    std::vector<std::string> names{""};
    for (const auto& row : table_below("Commands")) names.push_back(bare(row[0]));
    return names;
}

std::vector<std::string> help_of(const std::string& command) {
    return command.empty() ? std::vector<std::string>{"--help"}
                           : std::vector<std::string>{command, "--help"};
}

TEST(Compat, ThePageHasAllTables) {
    EXPECT_EQ(commands().size(), 18U);
    EXPECT_GE(options().size(), 100U);
    EXPECT_GE(table_below("Answers").size(), 20U);
}

TEST(Compat, OurHelpListsWhatThePageLists) {
    Sandbox node("fake");
    for (const auto& command : commands()) {
        const auto shown = options_in(node.run(help_of(command)).out);
        std::set<std::string> listed;
        for (const auto& option : options())
            if (option.command == command && option.verdict != "unknown")
                listed.insert(option.names.begin(), option.names.end());
        EXPECT_EQ(shown, listed) << command;
    }
}

TEST(Compat, TheInstalledRuncListsWhatThePageLists) {
    const std::string runc = installed_runc();
    if (runc.empty()) GTEST_SKIP() << "no runc is installed";
    const std::string version = version_of(runc);
    if (version.empty()) GTEST_SKIP() << "the page does not speak of this runc";
    for (const auto& command : commands()) {
        std::vector<std::string> argv = help_of(command);
        argv.insert(argv.begin(), runc);
        const auto shown = options_in(run_program(argv).out);
        std::set<std::string> listed;
        for (const auto& option : options())
            if (option.command == command && option.in(version) == "yes")
                listed.insert(option.names.begin(), option.names.end());
        EXPECT_EQ(shown, listed) << command;
    }
}

// ---- what the options do

class CompatExamples : public ::testing::Test {
  protected:
    CompatExamples() : node_("fake") {
        ends_ = node_.inmate_bundle("ends", "exit 0\n");
        lives_ = node_.inmate_bundle("lives", "deaf\nspin\n",
                                     "\"linux\": {\"cgroupsPath\": \"" + node_.cgroup() + "/c\"}");
    }

    // The line of an option's example, for the container c.
    std::vector<std::string> line_of(const Option& option) const {
        const std::string command = option.command.empty() ? "state" : option.command;
        std::vector<std::string> words{command};
        const bool makes = command == "create" || command == "run";
        if (makes) words.insert(words.end(), {"--bundle", command == "run" ? ends_ : lives_});
        const auto example = words_of(option.quote(0));
        words.insert(option.command.empty() ? words.begin() : words.end(), example.begin(),
                     example.end());
        if (command != "list") words.emplace_back("c");
        return words;
    }
    void make_container(const Option& option) const {
        if (option.command == "create" || option.command == "run") return;
        ASSERT_EQ(node_.run({"create", "--bundle", lives_, "c"}).err, "");
        ASSERT_EQ(node_.run({"start", "c"}).err, "");
    }

    Sandbox node_;
    std::string ends_, lives_;
};

TEST_F(CompatExamples, DoWhatThePageSays) {
    unsigned tried = 0;
    for (const auto& option : options()) {
        const bool refused = option.verdict == "refused";
        if (option.quote(0).empty()) {
            EXPECT_TRUE(option.verdict == "own" || option.verdict == "unknown" ||
                        option.how == "with the command")
                << option.command << option.names[0] << " needs an example";
            continue;
        }
        ++tried;
        make_container(option);
        const Result result = node_.run(line_of(option));
        const std::string line = join(line_of(option), " ");
        const int failure = option.command == "exec" ? 255 : 1;
        EXPECT_EQ(result.status, refused ? failure : 0) << line << '\n' << result.err;
        if (refused) {
            EXPECT_NE(option.quote(1), "") << line;
            EXPECT_NE(result.err.find(option.quote(1)), std::string::npos) << line << '\n'
                                                                           << result.err;
        }
        node_.run({"delete", "--force", "c"});
    }
    EXPECT_GE(tried, 30U);
}

TEST_F(CompatExamples, CommandsThatAreRefusedSaySo) {
    make_container({});
    for (const auto& row : table_below("Commands")) {
        if (row[1] != "refused") continue;
        const std::string command = bare(row[0]);
        const Option option{command, {}, "", "", row[1], row[2]};
        // restore makes its container; for the id of another one the answer would be about that.
        const Result result = node_.run({command, command == "restore" ? "new" : "c"});
        EXPECT_NE(result.status, 0) << command;
        EXPECT_NE(result.err.find(option.quote(0)), std::string::npos) << result.err;
    }
    node_.run({"delete", "--force", "c"});
}

// ---- what is answered without a container

std::string last_line(const std::string& err) {
    std::string line = err;
    while (line.ends_with('\n')) line.pop_back();
    line = line.substr(line.rfind('\n') + 1);
    std::string plain;
    for (const char c : line)
        if (c != '\\') plain += c;
    return plain;
}

void expect_answers(const std::vector<std::string>& program, const std::vector<std::string>& env,
                    const std::string& root) {
    for (const auto& row : table_below("Answers")) {
        ASSERT_EQ(row.size(), 3U) << row[0];
        std::vector<std::string> argv = program;
        argv.insert(argv.end(), {"--root", root});
        const auto words = words_of(bare(row[0]));
        argv.insert(argv.end(), words.begin(), words.end());
        const Result result = run_program(argv, env);
        EXPECT_EQ(std::to_string(result.status), row[1]) << row[0] << '\n' << result.err;
        EXPECT_NE(last_line(result.err).find(bare(row[2])), std::string::npos) << row[0] << '\n'
                                                                               << result.err;
    }
}

TEST(CompatAnswers, AreOurs) {
    Sandbox node("fake");
    expect_answers(node.command({}), node.environment(), node.dir() + "/root");
}

TEST(CompatAnswers, AreTheInstalledRuncs) {
    const std::string runc = installed_runc();
    if (runc.empty()) GTEST_SKIP() << "no runc is installed";
    if (version_of(runc).empty()) GTEST_SKIP() << "the page does not speak of this runc";
    Sandbox node("fake");
    std::filesystem::create_directories(node.dir() + "/root");
    expect_answers({runc}, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}, node.dir() + "/root");
}

}  // namespace
}  // namespace phi::test

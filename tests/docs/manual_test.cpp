// SPDX-License-Identifier: Apache-2.0
// The manual pages have what the programs and the schemas have, and nothing else.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <iterator>
#include <regex>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "docs/manual.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

// What the expression's first group matches in a text.
Names matches(const std::string& text, const std::string& expression) {
    const std::regex pattern(expression);
    Names found;
    for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
        found.insert((*at)[1]);
    return found;
}

// The keys that a reader of JSON knows: the lists of its calls of only().
Names keys_read_by(const std::string& file) {
    Names keys;
    for (const auto& list : matches(source_text(file), R"(only\(\s*\{([^}]*)\}\))"))
        keys.merge(matches(list, "\"([^\"]*)\""));
    return keys;
}

void add_properties(const json::Value& value, Names& found) {
    if (value.IsArray())
        for (const auto& item : value.GetArray()) add_properties(item, found);
    if (!value.IsObject()) return;
    for (const auto& member : value.GetObject()) {
        add_properties(member.value, found);
        if (std::string_view(member.name.GetString()) != "properties") continue;
        for (const auto& property : member.value.GetObject())
            found.insert(property.name.GetString());
    }
}

Names keys_in_schema(const std::string& file) {
    const auto document = json::parse(source_text("plugin-api/schema/" + file), file);
    Names found;
    add_properties(document, found);
    return found;
}

// The commands that the program's own help lists.
Names commands_of_help(const std::string& page) {
    return matches(page.substr(page.find("\nCOMMANDS:")), "\n   ([a-z]+)[ ,]");
}

Names without_help(Names options) {
    options.erase("-h");
    options.erase("--help");
    return options;
}

TEST(Manual, OfRunphiHasEachCommandAndOption) {
    const Sandbox node("");
    const std::string help = node.run({"--help"}).out;
    const auto documented = Manual("runphi.8").commands();
    EXPECT_EQ(documented[0].options, options_of_help(help));

    Names commands;
    for (std::size_t at = 1; at < documented.size(); ++at) {
        Names options;
        for (const auto& name : documented[at].names) {
            commands.insert(name);
            options.merge(options_of_help(node.run({name, "--help"}).out));
        }
        if (documented[at].names == Names{"help"}) continue;
        EXPECT_EQ(documented[at].options, without_help(options)) << *documented[at].names.begin();
    }
    EXPECT_EQ(commands, commands_of_help(help));
    EXPECT_GE(commands.size(), 25U);
}

TEST(Manual, OfTheOtherProgramsHaveEachOption) {
    const auto documented = [](const char* page) { return Manual(page).commands()[0].options; };
    EXPECT_EQ(documented("runphi-configure.8"),
              options_of_help(run_program({build_dir() + "/sbin/runphi-configure", "--help"}).out));
    EXPECT_EQ(
        documented("runphi-plugin-check.1"),
        options_of_help(run_program({build_dir() + "/bin/runphi-plugin-check", "--help"}).out));
}

TEST(Manual, OfTheSettingsHasEachKey) {
    const Manual page("runphi.json.5");
    EXPECT_GE(keys_read_by("plugins/qemu/settings.cpp").size(), 5U);
    EXPECT_EQ(page.marked("Va", "-"), keys_read_by("core/settings/settings.cpp"));
    for (const auto& backend : std::filesystem::directory_iterator(SOURCE_DIR "/plugins")) {
        const std::string id = backend.path().filename();
        const Names keys = keys_read_by("plugins/" + id + "/settings.cpp");
        EXPECT_EQ(page.marked("Va", "Settings of " + id), keys) << id;
    }
}

TEST(Manual, OfTheBoardHasEachKey) {
    const Names schema = keys_in_schema("board.json");
    EXPECT_EQ(Manual("board.json.5").marked("Va"), schema);
    EXPECT_EQ(keys_read_by("core/board/board.cpp"), schema);
    EXPECT_GE(schema.size(), 15U);
}

TEST(Manual, OfPluginsHasTheManifestAndTheContract) {
    const Manual page("runphi-plugin.7");
    EXPECT_EQ(page.marked("Va"), keys_in_schema("plugin.json"));
    const std::string contract = source_text("plugin-api/include/runphi/abi.h");
    EXPECT_EQ(page.marked("Dv", "Capabilities"), matches(contract, "#define (RUNPHI_CAP_[A-Z_]+)"));
    EXPECT_EQ(page.marked("Li", "Interfaces"), matches(contract, "\"(runphi\\.[a-z]+/1)\""));
}

TEST(Manual, HasEachAnnotation) {
    const std::string reader = source_text("core/boot/annotations.cpp");
    Names known = matches(reader, R"re(annotation\.name == "([a-z-]+)")re");
    for (const auto& list : matches(reader, R"(std::string_view, \d+> \w+\{([^}]*)\})"))
        known.merge(matches(list, "\"([^\"]*)\""));
    Names documented;
    for (const auto& word : Manual("runphi.8").marked("Li", "Annotations"))
        if (word.starts_with("org.runphi.") && word.size() > 11 && word != "org.runphi.*")
            documented.insert(word.substr(11));
    EXPECT_EQ(documented, known);
    EXPECT_GE(known.size(), 22U);
}

TEST(Manual, RendersWithoutAWarning) {
    if (::access("/usr/bin/mandoc", X_OK) != 0) GTEST_SKIP() << "mandoc is not installed";
    std::size_t pages = 0;
    for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/docs")) {
        const std::string file = entry.path();
        if (std::isdigit(static_cast<unsigned char>(file.back())) == 0) continue;
        const auto checked = run_program({"/usr/bin/mandoc", "-Tlint", "-Wwarning", file});
        EXPECT_EQ(checked.status, 0) << file;
        EXPECT_EQ(checked.out + checked.err, "") << file;
        ++pages;
    }
    EXPECT_GE(pages, 6U);
}

}  // namespace
}  // namespace phi::test

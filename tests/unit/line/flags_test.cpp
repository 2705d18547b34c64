// SPDX-License-Identifier: Apache-2.0
#include "core/line/flags.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/line/commands.hpp"

namespace phi::line {
namespace {

// One flag of each kind, as a command declares them.
struct Line {
    Flags flags;
    bool force = false;
    std::string bundle = "default";
    std::int64_t number = 3;
    std::int64_t interval = 5;
    std::vector<std::string> env;

    Line() {
        flags.toggle("--force,-f", "force it", &force);
        flags.word("--bundle,-b", "the bundle", &bundle);
        flags.number("--preserve-fds", "a number", &number);
        flags.duration("--interval", "a time", &interval);
        flags.list("--env,-e", "several", &env);
        flags.toggle("--no-pivot", "no meaning");
        flags.word("--criu", "no meaning");
        flags.list("--cap,-c", "no meaning");
    }

    Words parse(const Words& words, Flags::Order order = Flags::Order::anywhere) {
        return flags.parse(words, order);
    }

    UsageError refused(const Words& words, Flags::Order order = Flags::Order::anywhere) {
        try {
            flags.parse(words, order);
        } catch (const UsageError& error) {
            return error;
        }
        return {"accepted"};
    }
};

TEST(Flags, KeepDefaultsWhenAbsent) {
    Line line;
    EXPECT_EQ(line.parse({"id"}), Words{"id"});
    EXPECT_FALSE(line.force);
    EXPECT_EQ(line.bundle, "default");
    EXPECT_EQ(line.number, 3);
    EXPECT_FALSE(line.flags.help());
    EXPECT_FALSE(line.flags.given("bundle"));
}

TEST(Flags, OneOrTwoDashesMeanTheSame) {
    for (const Words& words : {Words{"--bundle", "x", "--force"}, Words{"-bundle", "x", "-force"},
                               Words{"-b", "x", "-f"}, Words{"--b", "x", "--f"},
                               Words{"-bundle=x", "--force=true"}, Words{"-b=x", "-f=1"}}) {
        Line line;
        EXPECT_TRUE(line.parse(words).empty());
        EXPECT_TRUE(line.force) << words[0];
        EXPECT_EQ(line.bundle, "x") << words[0];
        EXPECT_TRUE(line.flags.given("bundle"));
    }
}

TEST(Flags, ValuesAreTakenAsTheyAre) {
    for (const std::string value : {"", "-x", "--force", "a=b", "[x]", "{}", " ", "%%", "'q'"}) {
        Line line;
        line.parse({"--bundle", value});
        EXPECT_EQ(line.bundle, value);
        Line inlined;
        inlined.parse({"--bundle=" + value});
        EXPECT_EQ(inlined.bundle, value);
    }
}

TEST(Flags, SwitchesTakeAValueOnlyBehindEquals) {
    for (const char* no : {"0", "f", "F", "false", "False", "FALSE"}) {
        Line line;
        line.force = true;
        EXPECT_EQ(line.parse({std::string("--force=") + no, "id"}), Words{"id"});
        EXPECT_FALSE(line.force) << no;
    }
    Line line;
    EXPECT_EQ(line.parse({"--force", "false"}), Words{"false"});
    EXPECT_TRUE(line.force);
}

TEST(Flags, TheLastOfSeveralWins) {
    Line line;
    line.parse({"-b", "one", "-b", "two", "--force", "--force=false", "--preserve-fds", "1",
                "--preserve-fds", "0x2"});
    EXPECT_EQ(line.bundle, "two");
    EXPECT_FALSE(line.force);
    EXPECT_EQ(line.number, 2);
}

TEST(Flags, AListKeepsAll) {
    Line line;
    line.parse({"-e", "A=1", "-e=B=2"});
    EXPECT_EQ(line.env, (Words{"A=1", "B=2"}));
}

TEST(Flags, WhatHasNoMeaningIsAcceptedAsOftenAsItComes) {
    Line line;
    EXPECT_EQ(line.parse({"-c", "A", "-c", "B", "--no-pivot", "--no-pivot", "--criu=x", "--criu",
                          "y", "id"}),
              Words{"id"});
}

TEST(Flags, MayStandBehindTheId) {
    Line line;
    EXPECT_EQ(line.parse({"id", "--force", "-b", "x", "KILL"}), (Words{"id", "KILL"}));
    EXPECT_TRUE(line.force);
    EXPECT_EQ(line.bundle, "x");
}

TEST(Flags, OrderFirstLeavesTheRestToOthers) {
    Line line;
    EXPECT_EQ(line.parse({"-b", "x", "id", "ls", "--force", "--help", "--"}, Flags::Order::first),
              (Words{"id", "ls", "--force", "--help", "--"}));
    EXPECT_FALSE(line.force);
    EXPECT_FALSE(line.flags.help());
}

TEST(Flags, TwoDashesEndThem) {
    Line line;
    EXPECT_EQ(line.parse({"--", "--force", "-x"}), (Words{"--force", "-x"}));
    EXPECT_FALSE(line.force);
    Line behind;
    EXPECT_EQ(behind.parse({"id", "--", "--force"}), (Words{"id", "--force"}));
}

TEST(Flags, WhatIsUnknownBehindTheIdIsAWord) {
    Line line;
    EXPECT_EQ(line.parse({"id", "-9", "--frob"}), (Words{"id", "-9", "--frob"}));
}

TEST(Flags, OneDashIsAWord) {
    Line line;
    EXPECT_EQ(line.parse({"-"}), Words{"-"});
}

TEST(Flags, EmptyWordsStay) {
    Line line;
    EXPECT_EQ(line.parse({"", "-f", ""}), (Words{"", ""}));
}

TEST(Flags, HelpHasTwoNames) {
    for (const char* word : {"--help", "-h", "-help", "--h", "--help=true"}) {
        Line line;
        line.parse({word});
        EXPECT_TRUE(line.flags.help()) << word;
    }
}

TEST(Flags, RefuseInRuncsWords) {
    struct Bad {
        Words words;
        const char* message;
    };
    const std::vector<Bad> table = {
        {{"--frob"}, "flag provided but not defined: -frob"},
        {{"-x", "id"}, "flag provided but not defined: -x"},
        {{"-ff"}, "flag provided but not defined: -ff"},
        {{"--frob=1"}, "flag provided but not defined: -frob"},
        {{"--bundle"}, "flag needs an argument: -bundle"},
        {{"-b"}, "flag needs an argument: -b"},
        {{"---force"}, "bad flag syntax: ---force"},
        {{"--=x"}, "bad flag syntax: --=x"},
        {{"-=x"}, "bad flag syntax: -=x"},
        {{"--force=maybe"}, "invalid boolean value \"maybe\" for -force: parse error"},
        {{"-f="}, "invalid boolean value \"\" for -f: parse error"},
        {{"--preserve-fds", "x"}, "invalid value \"x\" for flag -preserve-fds: parse error"},
        {{"--preserve-fds="}, "invalid value \"\" for flag -preserve-fds: parse error"},
        {{"--preserve-fds", "99999999999999999999"},
         "invalid value \"99999999999999999999\" for flag -preserve-fds: value out of range"},
        {{"--interval", "5"}, "invalid value \"5\" for flag -interval: parse error"},
        {{"-b", "x", "--bundle", "y"}, "Cannot use two forms of the same flag: b bundle"},
    };
    for (const auto& bad : table) {
        Line line;
        EXPECT_EQ(line.refused(bad.words).message, bad.message);
    }
}

TEST(Flags, OnlyAnUnknownFlagIsMarkedAsUnknown) {
    EXPECT_TRUE(Line().refused({"--frob"}).unknown_flag);
    EXPECT_FALSE(Line().refused({"--bundle"}).unknown_flag);
    EXPECT_FALSE(Line().refused({"--force=x"}).unknown_flag);
}

TEST(Flags, DescribeEveryFlag) {
    Line line;
    line.parse({});
    const std::string page = line.flags.describe();
    EXPECT_NE(page.find("--bundle value, -b value  the bundle\n"), std::string::npos) << page;
    EXPECT_NE(page.find("   --force, -f "), std::string::npos) << page;
    EXPECT_NE(page.find("   --help, -h "), std::string::npos) << page;
    EXPECT_NE(page.find("   --criu value "), std::string::npos) << page;
}

}  // namespace
}  // namespace phi::line

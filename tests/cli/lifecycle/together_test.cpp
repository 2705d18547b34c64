// SPDX-License-Identifier: Apache-2.0
// Partitions and the vanilla runc's containers under one root: list and features tell of both, and
// one id is one container. A script stands in for runc: it has the container "b-ordinary".
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

// Tells what it was called with, and answers with a file beside it that has the command's name.
constexpr const char* stand_in = R"(#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
case "$*" in
*list*) cat "$here/list" ;;
features) cat "$here/features" ;;
*) echo forwarded ;;
esac
exit $(cat "$here/status")
)";

constexpr const char* ordinary =
    R"([{"ociVersion":"1.0.2-dev","id":"b-ordinary","pid":4711,"status":"running","bundle":)"
    R"("/a/bündle/of/some/length","rootfs":"/r","created":"2026-01-31T12:00:00.5Z","novelty":[1],)"
    R"("owner":"root"}])";

class Together : public ::testing::Test {
  protected:
    Together() : node_("fake") {
        char name[] = "/tmp/phi-stand-in-XXXXXX";  // a script that names us would be taken for us
        runc_ = ::mkdtemp(name);
        write_text(runc_ + "/runc", stand_in, 0755);
        answer(ordinary);
        node_.configure(text("\"runc\": \"", runc_, "/runc\""));
        std::filesystem::create_directories(root() + "/b-ordinary");
    }
    ~Together() override {
        for (const char* id : {"a", "c"}) run({"delete", "--force", id});
        std::filesystem::remove_all(runc_);
    }

    std::string root() const { return node_.dir() + "/root"; }
    void answer(const std::string& list, int status = 0, const std::string& features = "{}") {
        write_text(runc_ + "/list", list + "\n");
        write_text(runc_ + "/features", features + "\n");
        write_text(runc_ + "/status", std::to_string(status) + "\n");
    }
    Result run(std::vector<std::string> words) {
        words.insert(words.begin(), {"--root", root()});
        return node_.run(words);
    }
    void create(const char* id) {
        const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
        ASSERT_EQ(run({"create", "--bundle", bundle, id}).err, "");
    }

    Sandbox node_;
    std::string runc_;
};

TEST_F(Together, ListTellsOfBothInOrder) {
    create("c");
    create("a");
    EXPECT_EQ(run({"list", "-q"}).out, "a\nb-ordinary\nc\n");
    EXPECT_EQ(read_text(runc_ + "/calls"), "--root " + root() + " list --format json\n");

    const Result told = run({"list", "--format", "json"});
    EXPECT_EQ(told.err, "");
    const auto list = json::parse(told.out, "list");
    ASSERT_EQ(list.Size(), 3U);
    EXPECT_STREQ(list[0]["id"].GetString(), "a");
    EXPECT_TRUE(list[1].HasMember("novelty")) << "as runc wrote it";
    EXPECT_EQ(list[1]["pid"].GetInt(), 4711);
    EXPECT_STREQ(list[2]["status"].GetString(), "created");
}

TEST_F(Together, TheTableIsAsWideAsItsWidestCell) {
    create("a");
    const std::string table = run({"list"}).out;
    const auto lines = split(table, '\n');
    ASSERT_EQ(lines.size(), 4U) << table;
    EXPECT_EQ(lines[0].substr(0, 37), "ID           PID         STATUS      ");
    EXPECT_EQ(lines[2].substr(0, 37), "b-ordinary   4711        running     ");
    // Counted in characters: the byte offsets differ by the one of the umlaut.
    EXPECT_EQ(lines[0].find("CREATED") + 1, lines[2].find("2026-01-31T12:00:00.5Z")) << table;
}

TEST_F(Together, WithoutAnAnswerOfRuncListTellsOfPartitions) {
    create("a");
    const auto only_ours = [&](const std::string& why) {
        const Result told = run({"list", "-q"});
        EXPECT_EQ(told.status, 0) << why;
        EXPECT_EQ(told.out, "a\n") << why;
        EXPECT_EQ(told.err, "") << why;
    };
    answer(ordinary, 1);
    only_ours("it fails");
    answer("not json");
    only_ours("it tells nonsense");
    answer("[{\"id\": 3}]");
    only_ours("an id is no text");
    node_.configure("\"runc\": \"/nonexistent/runc\"");
    only_ours("there is none");
    const Result debug = run({"--debug", "list", "-q"});
    EXPECT_NE(debug.err.find("/nonexistent/runc (absent)"), std::string::npos) << debug.err;
}

TEST_F(Together, WithoutContainersOfItsOwnRuncIsNotAsked) {
    std::filesystem::remove(root() + "/b-ordinary");
    EXPECT_EQ(run({"list", "--format", "json"}).out, "null\n");
    EXPECT_FALSE(std::filesystem::exists(runc_ + "/calls"));
}

TEST_F(Together, AnIdThatRuncHasIsTaken) {
    const std::string bundle = node_.inmate_bundle("bundle", "spin\n");
    for (const char* name : {"create", "run"}) {
        const Result refused = run({name, "--bundle", bundle, "b-ordinary"});
        EXPECT_EQ(refused.status, 1);
        EXPECT_NE(refused.err.find(text(name, " failed: container with given ID already exists")),
                  std::string::npos)
            << refused.err;
    }
    EXPECT_EQ(run({"state", "b-ordinary"}).out, "forwarded\n") << "it is runc's as before";
    EXPECT_EQ(node_.remains(), "");
}

TEST_F(Together, FeaturesAreRuncsWithOurAnnotations) {
    answer("", 0,
           R"({"ociVersionMin": "1.0.0", "ociVersionMax": "1.2.0", "hooks": ["x"],
               "annotations": {"org.opencontainers.runc.version": "1.2.0"},
               "potentiallyUnsafeConfigAnnotations": ["bundle"]})");
    const Result told = run({"features"});
    EXPECT_EQ(told.err, "");
    const auto document = json::parse(told.out, "features");
    EXPECT_STREQ(document["ociVersionMax"].GetString(), "1.2.0");
    const auto& annotations = document["annotations"];
    EXPECT_STREQ(annotations["org.opencontainers.runc.version"].GetString(), "1.2.0");
    EXPECT_STREQ(annotations["org.runphi.backends"].GetString(), "fake");
    EXPECT_TRUE(annotations.HasMember("org.runphi.version"));
    EXPECT_EQ(document["potentiallyUnsafeConfigAnnotations"].Size(), 2U);
    EXPECT_EQ(told.out.rfind("{\n    \"ociVersionMin\"", 0), 0U) << told.out;

    for (const char* nonsense : {"{}", "[]", "No help topic for 'features'",
                                 R"({"ociVersionMin": "1", "annotations": 5})"}) {
        answer("", 0, nonsense);
        const auto ours = json::parse(run({"features"}).out, "features");
        EXPECT_STREQ(ours["ociVersionMax"].GetString(), "1.3.0") << nonsense;
    }
}

// The installed runc, where there is one, is understood.
TEST_F(Together, TheInstalledRuncsFeaturesAreKept) {
    if (::access("/usr/sbin/runc", X_OK) != 0) GTEST_SKIP() << "no runc is installed";
    node_.configure("\"runc\": \"/usr/sbin/runc\"");
    const auto theirs = json::parse(run_program({"/usr/sbin/runc", "features"}).out, "runc");
    const auto both = json::parse(run({"features"}).out, "features");
    for (const auto& member : theirs.GetObject()) {
        const char* name = member.name.GetString();
        ASSERT_TRUE(both.HasMember(name)) << name;
    }
    EXPECT_EQ(both["linux"], theirs["linux"]);
    EXPECT_TRUE(both["annotations"].HasMember("org.runphi.version"));
    EXPECT_TRUE(both["annotations"].HasMember("org.opencontainers.runc.version"));
}

}  // namespace
}  // namespace phi::test

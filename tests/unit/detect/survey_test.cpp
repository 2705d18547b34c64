// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base/error.hpp"
#include "detect/detect.hpp"
#include "support/folder.hpp"
#include "unit/detect/manifest_text.hpp"

namespace {

using phi::detect::Candidate;
using phi::detect::survey;
using phi::test::Folder;
using phi::test::manifest;

std::string named(const std::string& id, int priority, const std::string& hints) {
    std::string text = manifest(R"("id": "fake")", R"("id": ")" + id + "\"");
    text.replace(text.find(R"("priority": 5)"), 13, "\"priority\": " + std::to_string(priority));
    return text.replace(text.find(R"("hints": [])"), 11, "\"hints\": [" + hints + "]");
}

Candidate only(const Folder& folder) {
    const auto all = survey(folder.path());
    EXPECT_EQ(all.size(), 1U);
    return all.at(0);
}

Candidate judged(const Folder& folder, const std::string& hints) {
    folder.write("fake/plugin.json", named("fake", 0, hints));
    return only(folder);
}

TEST(Survey, OfNothingIsEmpty) {
    const Folder folder;
    EXPECT_TRUE(survey(folder.path()).empty());
    EXPECT_TRUE(survey(folder.path() + "/missing").empty());
}

TEST(Survey, HighestPriorityFirstAndBrokenOnesLast) {
    const Folder folder;
    folder.write("low/plugin.json", named("low", -5, ""));
    folder.write("high/plugin.json", named("high", 90, ""));
    folder.write("also-low/plugin.json", named("also-low", -5, ""));
    folder.write("broken/plugin.json", "{");
    folder.write("empty/readme", "");
    folder.write("not-a-folder", "");
    const auto all = survey(folder.path());
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].manifest.id, "high");
    EXPECT_EQ(all[1].manifest.id, "also-low");
    EXPECT_EQ(all[2].manifest.id, "low");
    EXPECT_EQ(all[3].manifest.id, "broken");
    EXPECT_FALSE(all[3].fits);
    EXPECT_NE(all[3].finding.find("plugin.json"), std::string::npos) << all[3].finding;
    EXPECT_EQ(all[4].manifest.id, "empty");
    EXPECT_FALSE(all[4].fits);
    EXPECT_TRUE(all[0].fits);
}

TEST(Survey, AllHintsMustHold) {
    const Folder folder;
    const std::string there = folder.write("there", "control_d\n");
    EXPECT_TRUE(judged(folder, "").fits);
    EXPECT_TRUE(judged(folder, R"({"exists": ")" + there + "\"}").fits);
    const auto missing =
        judged(folder, R"({"exists": ")" + there + R"("}, {"exists": "/no/such"})");
    EXPECT_FALSE(missing.fits);
    EXPECT_EQ(missing.finding, "/no/such does not exist");
    EXPECT_TRUE(judged(folder, R"({"any_exists": ["/no/such", ")" + there + "\"]}").fits);
    const auto none = judged(folder, R"({"any_exists": ["/no/such", "/nor/this"]})");
    EXPECT_FALSE(none.fits);
    EXPECT_EQ(none.finding, "none of /no/such, /nor/this exists");
}

TEST(Survey, ContentIsLookedForInTheFirst64KiB) {
    const Folder folder;
    const std::string near = folder.write("near", std::string(65'500, ' ') + "control_d");
    const std::string far = folder.write("far", std::string(65'536, ' ') + "control_d");
    const auto hint = [](const std::string& file) {
        return R"({"file": ")" + file + R"(", "contains": "control_d"})";
    };
    EXPECT_TRUE(judged(folder, hint(near)).fits);
    const auto beyond = judged(folder, hint(far));
    EXPECT_FALSE(beyond.fits);
    EXPECT_EQ(beyond.finding, far + " does not contain \"control_d\"");
    EXPECT_FALSE(judged(folder, hint("/no/such")).fits);
}

TEST(Survey, WhatWouldBlockIsNotOpened) {
    const Folder folder;
    const std::string fifo = folder.path() + "/fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const auto candidate = judged(folder, R"({"file": ")" + fifo + R"(", "contains": "x"})");
    EXPECT_FALSE(candidate.fits);
    EXPECT_EQ(candidate.finding, fifo + " is a FIFO");
    EXPECT_TRUE(judged(folder, R"({"exists": ")" + fifo + "\"}").fits);
}

TEST(Survey, FilesOfProcAreRead) {
    const Folder folder;
    EXPECT_TRUE(judged(folder, R"({"file": "/proc/self/status", "contains": "Pid:"})").fits);
}

TEST(Survey, AnotherMachineOrAbiDoesNotFit) {
    const Folder folder;
    std::string text = manifest(R"("major": 1)", R"("major": 2)");
    folder.write("fake/plugin.json", text);
    EXPECT_FALSE(only(folder).fits);
    EXPECT_EQ(only(folder).finding, "needs plugin ABI 2.0, this runphi has 1.0");
    text = manifest(R"("minor": 0)", R"("minor": 1)");
    folder.write("fake/plugin.json", text);
    EXPECT_FALSE(only(folder).fits);
#ifdef __x86_64__
    folder.write("fake/plugin.json", manifest(R"("x86_64", )", ""));
    EXPECT_EQ(only(folder).finding, "is for aarch64, this machine is x86_64");
#else
    folder.write("fake/plugin.json", manifest(R"(, "aarch64")", ""));
    EXPECT_EQ(only(folder).finding, "is for x86_64, this machine is aarch64");
#endif
    EXPECT_FALSE(only(folder).fits);
}

}  // namespace

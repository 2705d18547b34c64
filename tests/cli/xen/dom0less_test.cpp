// SPDX-License-Identifier: Apache-2.0
// `runphi xen dom0less` on a machine without Xen, by the command line, the core's planner and the
// real plugin. That Xen starts what is written: tests/e2e/xen/dom0less.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "support/sandbox.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* board = R"({"format": "runphi.board/1", "name": "model",
    "cpus": {"ids": "1-3"},
    "memory": {"pools": [{"name": "xen", "base": 0, "size": "64M"}], "alignment": "1M",
               "minimum": "8M"},
    "devices": [{"name": "clock", "path": "/clock@9010000",
                 "iomem": [{"base": "0x9010000", "size": "4K"}], "irqs": [34]}],
    "limits": {"name_max": 20}})";

class Dom0less : public testing::Test {
  protected:
    Dom0less() : node_("xen", "\"annotations\": [\"org.runphi.devices\"]") {
        write_text(node_.dir() + "/board.json", board);
    }
    ~Dom0less() override { EXPECT_EQ(node_.remains(), "") << "it makes no container"; }

    std::string bundle(const std::string& name, const std::string& more = "") const {
        return node_.inmate_bundle(name, "instructions",
                                   "\"annotations\": {\"org.runphi.arch\": \"aarch64\", "
                                   "\"org.runphi.memory\": \"24M\"" +
                                       more + "}");
    }
    std::string out() const { return node_.dir() + "/out"; }
    Result make(std::vector<std::string> words) const {
        words.insert(words.begin(),
                     {"xen", "dom0less", "--load-address", "0x50000000", "-o", out()});
        return node_.run(words);
    }
    void expect_refused(const std::vector<std::string>& words, const std::string& why) const {
        const std::set<std::string> before = names(node_.dir());
        const Result result = make(words);
        EXPECT_NE(result.status, 0);
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find(why), std::string::npos) << result.err;
        EXPECT_EQ(names(node_.dir()), before) << "nothing is left of it";
    }
    static std::set<std::string> names(const std::string& folder) {
        std::set<std::string> all;
        for (const auto& entry : fs::directory_iterator(folder))
            all.insert(entry.path().filename());
        return all;
    }

    Sandbox node_;
};

TEST_F(Dom0less, WritesAFolder) {
    const Result made = make({bundle("one"), "web=" + bundle("two")});
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.err, "");
    EXPECT_EQ(made.out.substr(0, made.out.find("Xen does")),
              "domU1  one: 1 CPU, 24 MiB, kernel at 0x50000000\n"
              "domU2  web: 1 CPU, 24 MiB, kernel at 0x50200000\n");
    EXPECT_EQ(names(out()), (std::set<std::string>{"boot.source", "domU1.kernel", "domU2.kernel",
                                                   "domains.dtbo", "qemu.args"}));
    // A raw binary in the shape of an Image, as create gives it to libxl.
    const std::string kernel = read_text(out() + "/domU1.kernel");
    EXPECT_EQ(kernel.substr(56, 4), "ARM\x64");
    EXPECT_EQ(kernel.substr(0x80000), "instructions");
}

TEST_F(Dom0less, ThereIsSomethingOfTheName) {
    fs::create_directory(out());
    write_text(out() + "/theirs", "precious");
    expect_refused({bundle("one")}, "there is something of this name already");
    EXPECT_EQ(read_text(out() + "/theirs"), "precious");
}

TEST_F(Dom0less, TwoOfOneName) {
    expect_refused({bundle("one"), "one=" + bundle("two")}, "two containers have the id");
}

// All of them live at the same time, on a board that has nobody else on it.
TEST_F(Dom0less, MoreThanTheBoardHas) {
    expect_refused({bundle("one"), bundle("two"), bundle("three")}, "24");
    const std::string clock = ", \"org.runphi.devices\": \"clock\"";
    expect_refused({bundle("four", clock), bundle("five", clock)}, "clock");
}

TEST_F(Dom0less, WhatIsNoBundleAndWhatIsNoTree) {
    expect_refused({node_.dir() + "/none"}, "none");
    expect_refused({"--dtb", node_.config(), bundle("one")}, "no device tree at all");
    expect_refused({"--dtb", node_.dir() + "/none", bundle("two")}, "--dtb: open");
}

TEST_F(Dom0less, WithoutABoardFileTheMachineIsAskedAndHasNoXen) {
    fs::remove(node_.dir() + "/board.json");
    const std::string one = bundle("one");
    expect_refused({one}, "there is no board file");
    expect_refused({one}, "not under Xen");
}

TEST_F(Dom0less, ForAnotherArchitecture) {
    expect_refused({node_.inmate_bundle("x86", "instructions",
                                        "\"annotations\": {\"org.runphi.arch\": \"x86_64\"}")},
                   "");
}

TEST_F(Dom0less, TellsHowItIsUsed) {
    const Result help = node_.run({"xen", "help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_EQ(help.out.rfind("usage: runphi xen dom0less", 0), 0U) << help.out;
    const Result unknown = node_.run({"xen", "boot"});
    EXPECT_NE(unknown.status, 0);
    EXPECT_NE(unknown.err.find("no command"), std::string::npos) << unknown.err;
}

}  // namespace
}  // namespace phi::test

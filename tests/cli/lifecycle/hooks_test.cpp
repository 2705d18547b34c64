// SPDX-License-Identifier: Apache-2.0
// Hooks see the container's state and its monitor's namespaces, at the moments that the
// specification names.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/text.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

class Hooks : public ::testing::Test {
  protected:
    Hooks() : node_("fake") {}
    ~Hooks() override {
        node_.run({"delete", "--force", "c"});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    // A hook that appends its name, the status and pid it was told, and its network namespace to a
    // file.
    std::string hook(const std::string& name, const std::string& then = "true") const {
        const std::string script = node_.dir() + "/" + name;
        write_text(script,
                   text("#!/bin/sh\nstate=$(cat)\nstatus=$(echo \"$state\" | sed "
                        "'s/.*\"status\":\"\\([a-z]*\\)\".*/\\1/')\n"
                        "echo \"",
                        name, " $status\" >> ", node_.dir(), "/told\n", then, "\n"),
                   0755);
        return text("\"", name, "\": [{\"path\": \"", script, "\"}]");
    }
    std::string told() const { return read_text(node_.dir() + "/told"); }

    Sandbox node_;
};

TEST_F(Hooks, RunInTheOrderOfTheSpecification) {
    const std::string bundle = node_.inmate_bundle(
        "bundle", "spin\n",
        text("\"hooks\": {", hook("prestart"), ", ", hook("createRuntime"), ", ",
             hook("createContainer"), ", ", hook("poststart"), ", ", hook("poststop"), "}"));
    ASSERT_EQ(node_.run({"create", "--bundle", bundle, "c"}).err, "");
    EXPECT_EQ(told(), "prestart creating\ncreateRuntime creating\ncreateContainer creating\n");
    ASSERT_EQ(node_.run({"start", "c"}).err, "");
    EXPECT_NE(told().find("poststart running\n"), std::string::npos) << told();
    ASSERT_EQ(node_.run({"delete", "--force", "c"}).err, "");
    EXPECT_NE(told().find("poststop stopped\n"), std::string::npos) << told();
}

TEST_F(Hooks, SeeTheContainersNetworkNamespace) {
    const std::string script = node_.dir() + "/netns";
    write_text(script,
               text("#!/bin/sh\npid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/')\nreadlink "
                    "/proc/$pid/ns/net > ",
                    node_.dir(), "/ns\n"),
               0755);
    const std::string bundle =
        node_.inmate_bundle("bundle", "spin\n",
                            text("\"hooks\": {\"createRuntime\": [{\"path\": \"", script,
                                 "\"}]}, \"linux\": {\"namespaces\": [{\"type\": \"network\"}]}"));
    ASSERT_EQ(node_.run({"create", "--bundle", bundle, "c"}).err, "");
    const std::string seen = read_text(node_.dir() + "/ns");
    const std::string ours = std::filesystem::read_symlink("/proc/self/ns/net");
    EXPECT_TRUE(seen.starts_with("net:[")) << seen;
    EXPECT_NE(seen, ours + "\n") << "the container has a network of its own";
}

TEST_F(Hooks, AFailureUndoesTheCreate) {
    for (const char* kind : {"prestart", "createRuntime", "createContainer"}) {
        const std::string bundle =
            node_.inmate_bundle(text("bundle-", kind), "spin\n",
                                text("\"hooks\": {", hook(kind, "echo why >&2; exit 4"), "}"));
        const Result made = node_.run({"create", "--bundle", bundle, "c"});
        EXPECT_EQ(made.status, 1);
        EXPECT_NE(made.err.find("error running hook #0"), std::string::npos) << made.err;
        EXPECT_NE(made.err.find("exit status 4"), std::string::npos) << made.err;
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << kind << ": " << node_.remains();
    }
}

TEST_F(Hooks, APoststartFailureIsAWarning) {
    const std::string bundle = node_.inmate_bundle(
        "bundle", "spin\n", text("\"hooks\": {", hook("poststart", "exit 1"), "}"));
    ASSERT_EQ(node_.run({"create", "--bundle", bundle, "c"}).status, 0);
    EXPECT_EQ(node_.run({"start", "c"}).status, 0);
}

TEST_F(Hooks, OfTheGuestAreRefused) {
    const std::string bundle =
        node_.inmate_bundle("bundle", "spin\n", text("\"hooks\": {", hook("startContainer"), "}"));
    const Result made = node_.run({"create", "--bundle", bundle, "c"});
    EXPECT_EQ(made.status, 1);
    EXPECT_NE(made.err.find("hooks.startContainer"), std::string::npos) << made.err;
}

}  // namespace
}  // namespace phi::test

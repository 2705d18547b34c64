// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/base/json.hpp"
#include "core/base/process.hpp"
#include "core/oci/hook_process.hpp"
#include "core/oci/spec.hpp"
#include "core/oci/template.hpp"
#include "folder.hpp"

namespace phi::oci {
namespace {

// Without the line of the version, which is ours.
std::string without_version(std::string text) {
    const auto start = text.find("\t\"ociVersion\"");
    return text.erase(start, text.find('\n', start) + 1 - start);
}

std::string golden(const char* name) {
    return test::content(std::string(OCI_TEST_DIR "/golden/") + name);
}

TEST(Template, IsTheGoldenOne) {
    EXPECT_EQ(spec_template({}), golden("spec.json"));
    EXPECT_EQ(spec_template({true, 1000, 1001, true}), golden("spec-rootless.json"));
}

TEST(Template, IsWhatWeAcceptOurselves) {
    for (const bool rootless : {false, true}) {
        const Spec spec = parse_spec(spec_template(template_options(rootless)));
        EXPECT_EQ(spec.version, "1.3.0");
        EXPECT_EQ(spec.process->args, std::vector<std::string>{"sh"});
        EXPECT_EQ(spec.mounts.size(), 7U);
        EXPECT_TRUE(spec.root_readonly);
    }
}

TEST(Template, KnowsTheCallersIds) {
    const TemplateOptions options = template_options(true);
    EXPECT_TRUE(options.rootless);
    EXPECT_EQ(options.uid, ::geteuid());
    EXPECT_EQ(options.gid, ::getegid());
}

class Runc : public testing::TestWithParam<bool> {};

TEST_P(Runc, WritesTheSame) {
    const char* runc = "/usr/sbin/runc";
    if (::access(runc, X_OK) != 0) GTEST_SKIP() << "no runc here";
    const test::Folder folder;
    Hook command;
    command.path = runc;
    command.args = {"runc", "spec"};
    if (GetParam()) command.args.emplace_back("--rootless");
    const HookOutcome outcome = run_hook_process(command, "", folder.fd());
    ASSERT_EQ(outcome.wait_status, 0) << outcome.err;
    EXPECT_EQ(without_version(spec_template(template_options(GetParam()))),
              without_version(folder.read("config.json")));
}

INSTANTIATE_TEST_SUITE_P(Template, Runc, testing::Bool());

}  // namespace
}  // namespace phi::oci

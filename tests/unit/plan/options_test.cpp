// SPDX-License-Identifier: Apache-2.0
#include "core/plan/options.hpp"

#include "core/base/json.hpp"
#include "core/plan/assemble.hpp"
#include "support.hpp"

namespace phi::plan {
namespace {

using test::Case;
using test::error_of;

TEST(BackendOptions, AreTheAnnotationsOfThisBackend) {
    Case one;
    one.annotate("xen.cpupool", "rt");
    one.annotate("xen.sched", "null");
    one.annotate("qemu.speed", "1");
    one.annotate("memory", "64M");
    one.allow("xen.cpupool");
    one.allow("xen.sched");
    EXPECT_EQ(backend_options(one.spec, one.settings, "xen"),
              (std::map<std::string, std::string>{{"cpupool", "rt"}, {"sched", "null"}}));
    EXPECT_TRUE(backend_options(one.spec, one.settings, "jailhouse").empty());
}

TEST(BackendOptions, MustBeAllowedOneByOne) {
    Case one;
    one.annotate("xen.cpupool", "rt");
    one.allow("xen.sched");
    const Error error = error_of([&] { backend_options(one.spec, one.settings, "xen"); });
    EXPECT_EQ(error.code(), Code::denied);
    EXPECT_MENTIONS(error.message(), "org.runphi.xen.cpupool grants hardware");
}

TEST(BackendOptions, AreInThePlanAsTheBackendCallsThem) {
    Case one;
    one.board.cpus = {0};
    one.board.memory = {{"ram", 0x1000, 1ULL << 30}};
    one.choice.arch = "x86_64";
    const board::Request request = one.request();
    const board::Grant grant = board::place(one.board, {}, request);
    Input input{"c1", "c1", one.spec, one.choice, one.board, request, grant};
    const auto nothing = [](backend::Stage, const std::string&) { return std::string(); };
    EXPECT_EQ(assemble(input, "xen", nothing).find("options"), std::string::npos);
    input.options = {{"cpupool", "rt"}};
    const json::Document plan = json::parse(assemble(input, "xen", nothing), "plan");
    EXPECT_STREQ(plan["request"]["options"]["cpupool"].GetString(), "rt");
}

}  // namespace
}  // namespace phi::plan

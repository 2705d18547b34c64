// SPDX-License-Identifier: Apache-2.0
#include "core/plan/replan.hpp"

#include <gtest/gtest.h>

#include "core/base/json.hpp"
#include "support.hpp"

namespace phi::plan {
namespace {

using test::error_of;

constexpr const char* plan =
    R"({"format": "runphi.plan/1", "request": {"cpus": {"count": 2, "list": [0, 1]}, "memory": 5},
        "grant": {"cpus": [0, 1]}, "parts": {"begin": {"a": 1}, "cpu": {"pinned_to": [0, 1]}}})";

board::Grant moved() {
    board::Grant grant;
    grant.cpus = {3, 4};
    grant.cpu_count = 2;
    return grant;
}

TEST(Replan, ChangesGrantRequestAndThePartForTheCpus) {
    const std::string changed =
        replan_cpus(plan, moved(), {3, 4}, [](backend::Stage stage, const std::string& so_far) {
            EXPECT_EQ(stage, backend::Stage::cpu);
            const auto seen = json::parse(so_far, "plan");
            EXPECT_FALSE(seen["parts"].HasMember("cpu"));
            EXPECT_EQ(seen["grant"]["cpus"][1].GetUint(), 4U);
            return std::string(R"({"pinned_to": [3, 4]})");
        });
    const auto now = json::parse(changed, "plan");
    EXPECT_EQ(now["request"]["cpus"]["list"][0].GetUint(), 3U);
    EXPECT_EQ(now["request"]["memory"].GetUint(), 5U) << "all else stays";
    EXPECT_EQ(now["parts"]["cpu"]["pinned_to"][0].GetUint(), 3U);
    EXPECT_EQ(now["parts"]["begin"]["a"].GetUint(), 1U);
    EXPECT_EQ(now["grant"]["cpu_count"].GetUint(), 2U);
}

TEST(Replan, ABackendMayHaveNoPart) {
    const std::string changed = replan_cpus(
        plan, moved(), {3, 4}, [](backend::Stage, const std::string&) { return std::string(); });
    EXPECT_FALSE(json::parse(changed, "plan")["parts"].HasMember("cpu"));
}

TEST(Replan, APlanThatIsNoneIsNamed) {
    const auto nothing = [](backend::Stage, const std::string&) { return std::string(); };
    for (const char* broken : {"{}", R"({"grant": {}, "request": {}, "parts": {}})",
                               R"({"grant": {}, "request": {"cpus": {"list": []}}})"}) {
        const Error error = error_of([&] { replan_cpus(broken, moved(), {3}, nothing); });
        EXPECT_MENTIONS(error.message(), "plan: ");
    }
}

}  // namespace
}  // namespace phi::plan

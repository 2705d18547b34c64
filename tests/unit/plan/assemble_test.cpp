// SPDX-License-Identifier: Apache-2.0
#include "core/plan/assemble.hpp"

#include "core/base/json.hpp"
#include "support.hpp"

namespace phi::plan {
namespace {

using backend::Stage;
using test::Case;
using test::error_of;

// A container that asks for nothing, on a board that is just large enough.
struct Small : Case {
    board::Request request_;
    board::Grant grant;

    Small() {
        board.cpus = {0};
        board.memory = {{"ram", 0x1000, 1ULL << 30}};
        choice.arch = "x86_64";
        request_ = request();
        grant = board::place(board, {}, request_);
    }
    std::string assemble(const StageFunction& backend_half) const {
        return plan::assemble({"c1", "c1", spec, choice, board, request_, grant}, "fake",
                              backend_half);
    }
};

TEST(Assemble, AsksTheBackendInOrderAndShowsItThePlanSoFar) {
    const Small small;
    std::vector<std::string> order;
    small.assemble([&](Stage stage, const std::string& plan) -> std::string {
        const json::Document document = json::parse(plan, "plan");
        const auto& parts = document["parts"];
        EXPECT_EQ(parts.MemberCount(), order.size());
        for (const auto& before : order) EXPECT_TRUE(parts.HasMember(before)) << before;
        order.emplace_back(backend::to_string(stage));
        return "{\"n\": " + std::to_string(order.size()) + "}";
    });
    EXPECT_EQ(order, (std::vector<std::string>{"begin", "cpu", "mem", "dev", "net", "comm", "boot",
                                               "end"}));
}

TEST(Assemble, AStageThatWritesNothingHasNoPart) {
    const std::string plan = Small().assemble([](Stage stage, const std::string&) {
        return stage == Stage::net ? std::string("{\"tap\": \"t0\"}") : std::string();
    });
    const json::Document document = json::parse(plan, "plan");
    EXPECT_EQ(document["parts"].MemberCount(), 1U);
    EXPECT_STREQ(document["parts"]["net"]["tap"].GetString(), "t0");
}

TEST(Assemble, APartThatIsNoObjectIsTheBackendsFault) {
    for (const char* bad : {"[]", "1", "null", "{", "{} {}", " "}) {
        const Error error = error_of([&] {
            Small().assemble([&](Stage stage, const std::string&) {
                return stage == Stage::mem ? std::string(bad) : std::string();
            });
        });
        EXPECT_EQ(error.code(), Code::internal) << bad;
        EXPECT_MENTIONS(error.message(), "backend fake, planning stage mem");
    }
}

TEST(Assemble, ABackendsRefusalEndsThePlanning) {
    int asked = 0;
    const Error error = error_of([&] {
        Small().assemble([&](Stage stage, const std::string&) -> std::string {
            ++asked;
            if (stage == Stage::cpu) throw Error(Code::unsupported, "no such CPU");
            return {};
        });
    });
    EXPECT_EQ(error.code(), Code::unsupported);
    EXPECT_EQ(error.message(), "no such CPU");
    EXPECT_EQ(asked, 2);
}

TEST(Assemble, StrangeTextSurvives) {
    Small small;
    small.choice.cmdline = "a=\"\\ \n\t é";
    const std::string plan =
        small.assemble([](Stage, const std::string&) { return std::string(); });
    const json::Document document = json::parse(plan, "plan");
    EXPECT_EQ(document["boot"]["cmdline"].GetString(), small.choice.cmdline);
}

}  // namespace
}  // namespace phi::plan

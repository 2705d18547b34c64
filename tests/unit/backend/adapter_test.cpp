// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <runphi/abi.h>

#include "unit/backend/node.hpp"

namespace {

using phi::Code;
using phi::backend::Backend;
using phi::backend::Partition;
using phi::backend::Stage;
using phi::backend::State;
using test::error_of;
using test::Node;

// The answers of plugins/odd.c, which are told by the partition's name.
class Adapter : public testing::Test {
  protected:
    void SetUp() override {
        node_.install("right");
        backend_ = node_.load();
    }
    static Partition named(const char* name) { return {name, "/tmp", -1, {}, {}}; }
    phi::Error started(const char* name) {
        return error_of([&] { backend_->start(named(name)); });
    }

    Node node_;
    std::unique_ptr<Backend> backend_;
};

TEST_F(Adapter, AnErrorWithoutWordsGetsSome) {
    EXPECT_EQ(started("silent").code(), Code::hypervisor);
    EXPECT_EQ(started("silent").message(), "odd: start failed and the backend does not say why");
}

TEST_F(Adapter, ACodeThatIsNotInTheListIsAFaultOfThePlugin) {
    EXPECT_EQ(started("bad-code").code(), Code::internal);
    EXPECT_NE(started("bad-code").message().find("99"), std::string::npos);
}

TEST_F(Adapter, TextsAreCutAtTheirFields) {
    const auto error = started("unterminated");
    EXPECT_EQ(error.code(), Code::busy);
    EXPECT_EQ(error.message(), "odd: " + std::string(RUNPHI_MESSAGE_MAX, 'm'));
    EXPECT_EQ(error.hint(), std::string(RUNPHI_HINT_MAX, 'h'));
    EXPECT_EQ(backend_->probe().version, std::string(64, 'v'));
    EXPECT_EQ(backend_->query(named("x")).detail, std::string(256, 'd'));
}

TEST_F(Adapter, BytesThatAreNoTextAreEscaped) {
    const auto error = started("no-utf8");
    EXPECT_EQ(error.message().find('\xff'), std::string::npos);
    EXPECT_NE(error.message().find("bad"), std::string::npos);
}

TEST_F(Adapter, StatesAndStatusesAreInRange) {
    EXPECT_EQ(backend_->query(named("x")).state, State::stopped);
    EXPECT_FALSE(backend_->query(named("x")).has_exit);
    EXPECT_EQ(error_of([&] { backend_->query(named("bad-state")); }).code(), Code::internal);
    EXPECT_EQ(error_of([&] { backend_->query(named("bad-exit")); }).code(), Code::internal);
    EXPECT_EQ(error_of([&] { backend_->event(named("bad-state"), 0); }).code(), Code::internal);
}

TEST_F(Adapter, DescriptorsAreOpenAndCloseOnExec) {
    const phi::UniqueFd fd = backend_->wait(named("x"));
    EXPECT_EQ(::fcntl(fd.get(), F_GETFD), FD_CLOEXEC);
    EXPECT_EQ(error_of([&] { backend_->wait(named("no-fd")); }).code(), Code::internal);
    EXPECT_EQ(error_of([&] { backend_->console(named("closed-fd")); }).code(), Code::internal);
}

TEST_F(Adapter, AHandleHasABound) {
    EXPECT_EQ(backend_->create(named("x"), {}), "");
    const auto error = error_of([&] { backend_->create(named("huge-handle"), {}); });
    EXPECT_EQ(error.code(), Code::no_resource);
    EXPECT_NE(error.message().find("64 KiB"), std::string::npos) << error.message();
}

TEST_F(Adapter, PartsAreJsonObjects) {
    // odd.c writes the plan as its part.
    EXPECT_EQ(backend_->plan_stage(Stage::mem, "{}", "", {}), "");
    EXPECT_EQ(backend_->plan_stage(Stage::mem, "{}", R"({"a":1})", {}), R"({"a":1})");
    for (const char* part : {"[]", "{", "3", "{} {}"}) {
        EXPECT_THROW(backend_->plan_stage(Stage::net, "{}", part, {}), phi::Error) << part;
    }
    const auto error = error_of([&] { backend_->plan_stage(Stage::net, "{}", "[]", {}); });
    EXPECT_NE(error.message().find("net"), std::string::npos) << error.message();
    const std::string huge = "{\"a\":\"" + std::string(1U << 20, 'x') + "\"}";
    EXPECT_EQ(error_of([&] { backend_->plan_stage(Stage::net, "{}", huge, {}); }).code(),
              Code::no_resource);
}

TEST_F(Adapter, DocumentsAreWhatTheyPromise) {
    EXPECT_THROW(backend_->inventory(), phi::Error);
    const auto error = error_of([&] { backend_->list(); });
    EXPECT_NE(error.message().find("melted"), std::string::npos) << error.message();
}

TEST_F(Adapter, WhatTheBackendCannotDoIsRefusedByName) {
    const auto pause = error_of([&] { backend_->pause(named("x")); });
    EXPECT_EQ(pause.code(), Code::unsupported);
    EXPECT_NE(pause.message().find("pause"), std::string::npos) << pause.message();
    EXPECT_NE(pause.message().find("runphi.lifecycle/1"), std::string::npos) << pause.message();
    const auto stats = error_of([&] { backend_->stats(named("x")); });
    EXPECT_NE(stats.message().find("runphi.stats/1"), std::string::npos) << stats.message();
    const auto update = error_of([&] { backend_->update(named("x"), "{}"); });
    EXPECT_NE(update.message().find("runphi.update/1"), std::string::npos) << update.message();
    EXPECT_EQ(error_of([&] { backend_->agent(named("x")); }).code(), Code::unsupported);
    EXPECT_EQ(error_of([&] { backend_->tool({}); }).code(), Code::unsupported);
}

TEST_F(Adapter, AMissingInterfaceIsRefusedThoughTheCapabilityIsClaimed) {
    Node node;
    node.install("no_channel");
    EXPECT_EQ(error_of([&] { node.load()->console(named("x")); }).code(), Code::unsupported);
}

TEST_F(Adapter, WithoutMountThereIsNothingToMount) {
    EXPECT_NO_THROW(backend_->mount(named("x")));
    EXPECT_NO_THROW(backend_->unmount(named("x")));
}

TEST_F(Adapter, TheProbeIsAskedOnceAndChecked) {
    EXPECT_TRUE(backend_->probe().present);
    EXPECT_EQ(&backend_->probe(), &backend_->probe());
    EXPECT_TRUE(backend_->can(RUNPHI_CAP_CONSOLE));
    EXPECT_FALSE(backend_->can(RUNPHI_CAP_PAUSE));
    node_.settings.backend_settings["odd"] = R"({"present":2})";
    EXPECT_EQ(error_of([&] { node_.load()->probe(); }).code(), Code::internal);
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <runphi/agent.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <chrono>

#include "plugins/qemu/emulator.hpp"
#include "plugins/qemu/files.hpp"
#include "plugins/qemu/kvm.hpp"
#include "plugins/qemu/process.hpp"
#include "tests/unit/qemu/harness.hpp"

namespace qemu_test {
namespace {

using runphi::sdk::State;
using runphi::sdk::UniqueFd;

// Needs a guest folder (guest/prepare makes one), which RUNPHI_TEST_GUEST_DIR names.
class Linux : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        const char* guests = ::getenv("RUNPHI_TEST_GUEST_DIR");
        folder = std::string(guests == nullptr ? "" : guests) + "/" + GetParam();
        if (guests == nullptr || runphi::qemu::read_small(folder + "/kernel", 4).empty()) {
            GTEST_SKIP() << "RUNPHI_TEST_GUEST_DIR names no folder with " << GetParam()
                         << "/kernel";
        }
        host.set_guest_dir(guests);
        host.set_settings(R"({"accel":"tcg"})");
    }

    std::unique_ptr<TestPartition> partition(const std::string& kind, const std::string& cmdline) {
        const std::string init = runphi::qemu::read_small(folder + "/phi-init", 16U << 20);
        std::vector<TestImage> images;
        images.push_back(open_image("kernel", folder + "/kernel"));
        images.push_back(image_of("initrd", runphi::qemu::probe_initramfs(init)));
        Wish wish;
        wish.arch = GetParam();
        wish.kind = kind;
        wish.cmdline = cmdline;
        wish.memory = 256ULL << 20;
        auto out = std::make_unique<TestPartition>(host, wish, std::move(images));
        out->create();
        return out;
    }

    TestHost host;
    std::string folder;
};

// phi-init finds no configuration, says so, and powers off: kernel, initrd, agent and the end work.
TEST_P(Linux, BootsToPhiInit) {
    auto p = partition("linux", "");
    const UniqueFd agent = p->backend.agent(host.host(), p->view());
    const UniqueFd events = p->backend.wait(host.host(), p->view());
    p->backend.start(host.host(), p->view());
    EXPECT_EQ(p->await_end(events.get()).state, State::stopped);
    const std::string said = TestPartition::read_until(agent.get(), "/.runphi/config");
    EXPECT_NE(said.find("/.runphi/config"), std::string::npos) << said;
}

// The same files as an image's own kernel and initrd: another machine, and the parameters are
// theirs.
TEST_P(Linux, BootsAsAnImagesOwnKernel) {
    const bool arm = std::string(GetParam()) == "aarch64";
    auto p = partition("kernel", "panic=-1 rdinit=/.runphi/init runphi.agent=" +
                                     std::string(arm ? "ttyS0" : "ttyS1"));
    const UniqueFd console = p->backend.console(host.host(), p->view());
    const UniqueFd events = p->backend.wait(host.host(), p->view());
    p->backend.start(host.host(), p->view());
    std::string said;
    EXPECT_EQ(p->await_end(events.get(), console.get(), &said).state, State::stopped);
    EXPECT_NE(said.find("Linux version"), std::string::npos) << said;
}

// Nobody reads: the guest waits, and QEMU still answers.
TEST_P(Linux, AFullConsoleStopsTheGuestAlone) {
    auto p = partition("linux", "loglevel=7");
    const UniqueFd console = p->backend.console(host.host(), p->view());
    const UniqueFd events = p->backend.wait(host.host(), p->view());
    p->backend.start(host.host(), p->view());
    char first = 0;
    ASSERT_EQ(::recv(console.get(), &first, 1, MSG_PEEK), 1) << "the kernel is talking";
    p->backend.pause(host.host(), p->view());
    EXPECT_EQ(p->query().state, State::paused);
    p->backend.resume(host.host(), p->view());
    std::string said;
    EXPECT_EQ(p->await_end(events.get(), console.get(), &said).state, State::stopped);
}

TEST_P(Linux, TheKvmProbeEndsAndItsResultIsKept) {
    if (runphi::qemu::host_arch() != GetParam()) GTEST_SKIP() << "not this machine's architecture";
    const auto ask = [&] {
        return runphi::qemu::use_kvm(host.host(), runphi::qemu::Accelerator::automatic, GetParam(),
                                     runphi::qemu::find_emulator({}, GetParam()),
                                     runphi::qemu::Deadline::in(std::chrono::minutes(1)));
    };
    const bool first = ask();
    const std::string log = host.log();
    EXPECT_EQ(ask(), first);
    EXPECT_EQ(host.log(), log) << "it was tried a second time";
}

INSTANTIATE_TEST_SUITE_P(Arches, Linux, testing::Values("x86_64", "aarch64"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace qemu_test

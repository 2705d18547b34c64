// SPDX-License-Identifier: Apache-2.0
// kill -9 at every effect of the commands with the real Bao plugin on the model of a Bao machine,
// and what a slot does that one would not expect.
#include <gtest/gtest.h>

#include <filesystem>

#include "fake/bao/machine.hpp"
#include "support/folder.hpp"
#include "sweep.hpp"

namespace phi::test {
namespace {

using runphi::bao::SlotState;

struct Model {
    Model() : machine(folder.path()) {}

    std::string settings() const {
        return "\"defaults\": {\"memory\": \"1M\"}, \"backend_settings\": {\"bao\": " +
               machine.settings(R"(, "stop_ms": 2000)") + "}";
    }

    Folder folder;
    fake_bao::Machine machine;
};

class BaoCrash : private Model, public Sweep {
  protected:
    BaoCrash() : Sweep("bao", Model::settings()) {
        bundle_ = node_.inmate_bundle("bundle", "echo");
        whole_board_ = node_.run({"board", "--free"}).out;
    }
    ~BaoCrash() override { expect_clean_after_delete("the end"); }

    void expect_truth(const std::string& told, const std::string& where) override {
        const SlotState slot = machine.state("s0");
        if (told == "running") {
            // A guest that was asked to end has, maybe just now, and its monitor hears of it.
            EXPECT_TRUE(slot == SlotState::running ||
                        Sandbox::eventually([this] { return status() != "running"; }))
                << where << ": " << to_string(slot);
        } else if (told == "created") {
            // The monitor of a dead create undoes it, maybe just now.
            EXPECT_TRUE(slot == SlotState::loaded ||
                        Sandbox::eventually([this] { return status() != "created"; }))
                << where << ": " << to_string(slot);
        } else {
            EXPECT_TRUE(told == "absent" || told == "stopped") << where << ": " << told;
            // A kill asks the guest, and a delete ends the monitor first, and with it the
            // container; the guest goes on until the next delete if this one dies then.
            const bool ending = where.starts_with("kill") || where.starts_with("delete");
            EXPECT_TRUE(ending || slot != SlotState::running) << where << ": told is " << told;
        }
    }
    // The slot is as new, and nobody's.
    void expect_nothing_left(const std::string& where) override {
        EXPECT_EQ(machine.state("s0"), SlotState::idle) << where;
        EXPECT_TRUE(machine.is_clean()) << where;
        std::error_code none;
        for (const auto& entry :
             std::filesystem::directory_iterator(node_.state_dir() + "/@cache/bao", none)) {
            // Locks are nothing by themselves, nor is what was not yet renamed.
            const std::string name = entry.path().filename();
            EXPECT_TRUE(name.ends_with(".lock") || name.ends_with(".new")) << where << ": " << name;
        }
    }

    using Model::machine;
};

TEST_F(BaoCrash, CreateDiesAtEveryEffect) {
    sweep_create(15);
}

TEST_F(BaoCrash, StartDiesAtEveryEffect) {
    sweep_start(1);
}

TEST_F(BaoCrash, KillDiesAtEveryEffect) {
    sweep_kill(1);
}

TEST_F(BaoCrash, DeleteDiesAtEveryEffect) {
    sweep_delete(5);
}

// The board's reset, or whatever else boots the VMs again, while this root VM lives on.
TEST_F(BaoCrash, TheSlotIsBootedMeanwhile) {
    start();
    machine.boot();
    EXPECT_TRUE(Sandbox::eventually([this] { return status() == "stopped"; })) << status();
    expect_clean_after_delete("booted");
    create();
}

}  // namespace
}  // namespace phi::test

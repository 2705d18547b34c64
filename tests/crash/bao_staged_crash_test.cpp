// SPDX-License-Identifier: Apache-2.0
// kill -9 at every effect of the commands on a container that is to be booted with the machine: the
// medium has a whole image at any time, and what is left is undone by delete.
#include <gtest/gtest.h>

#include "fake/bao/machine.hpp"
#include "plugins/bao/guest/staged_image.hpp"
#include "support/folder.hpp"
#include "sweep.hpp"

namespace phi::test {
namespace {

struct StagedModel {
    StagedModel() : machine(folder.path()) {}

    std::string settings() const {
        return "\"defaults\": {\"memory\": \"4M\"}, \"backend_settings\": {\"bao\": " +
               machine.settings() + "}";
    }

    Folder folder;
    fake_bao::Machine machine;
};

class BaoStagedCrash : private StagedModel, public Sweep {
  protected:
    BaoStagedCrash() : Sweep("bao", StagedModel::settings()) {
        bundle_ = node_.inmate_bundle("bundle", "image");
        whole_board_ = node_.run({"board", "--free"}).out;
    }
    ~BaoStagedCrash() override { expect_clean_after_delete("the end"); }

    void expect_truth(const std::string& told, const std::string& where) override {
        const std::string image = machine.on_medium("g0.bin");
        const bool staged = image == "image";
        EXPECT_TRUE(staged || image == runphi::bao::idle_image(0)) << where << ": a torn image";
        EXPECT_NE(told, "running") << where;
        // The monitor of a dead create undoes it, maybe just now.
        EXPECT_TRUE(told != "created" || staged ||
                    Sandbox::eventually([this] { return status() != "created"; }))
            << where;
    }
    void expect_nothing_left(const std::string& where) override {
        EXPECT_EQ(machine.on_medium("g0.bin"), runphi::bao::idle_image(0)) << where;
        EXPECT_EQ(machine.on_medium("g0.bin.runphi"), "") << where;
    }
    void made() {
        const Result result = node_.run({"create", "--bundle", bundle_, "c"});
        EXPECT_EQ(result.status, 0) << result.err;
    }

    using StagedModel::machine;
};

TEST_F(BaoStagedCrash, CreateDiesAtEveryEffect) {
    sweep(
        {"create", "--bundle", bundle_, "c"}, Victim::command, [] {}, 15);
}

TEST_F(BaoStagedCrash, DeleteDiesAtEveryEffect) {
    sweep(
        {"delete", "--force", "c"}, Victim::command, [this] { made(); }, 5);
}

}  // namespace
}  // namespace phi::test

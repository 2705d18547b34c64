// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fake/bao/machine.hpp"
#include "support/folder.hpp"
#include "support/sandbox.hpp"

// A node with the real plugin, on the model of a Bao machine.
namespace phi::test {

using runphi::bao::SlotState;

class Slots : public ::testing::Test {
  protected:
    Slots() : machine_(folder_.path()), node_("bao", settings()) {}
    ~Slots() override {
        for (const char* id : {"c", "d", "e"}) node_.run({"delete", "--force", id});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    std::string settings(const std::string& more = "") const {
        return "\"defaults\": {\"memory\": \"1M\"}, \"backend_settings\": {\"bao\": " +
               machine_.settings(more) + "}";
    }
    Result create(const std::string& id, const std::string& script,
                  const std::string& extra = "") const {
        return node_.run(
            {"create", "--bundle", node_.inmate_bundle("bundle-" + id, script, extra), id});
    }
    void created(const std::string& id, const std::string& script, const std::string& extra = "") {
        const Result made = create(id, script, extra);
        ASSERT_EQ(made.status, 0) << made.err;
        EXPECT_EQ(made.out + made.err, "") << "success is silent";
    }
    void ok(const std::vector<std::string>& args) const {
        const Result result = node_.run(args);
        EXPECT_EQ(result.status, 0) << args[0] << ": " << result.err;
    }
    std::string refused(const Result& result) const {
        EXPECT_NE(result.status, 0);
        return result.err;
    }
    bool has_status(const std::string& status, const std::string& id = "c") const {
        return node_.run({"state", id}).out.find("\"status\": \"" + status + "\"") !=
               std::string::npos;
    }
    void await_status(const std::string& status, const std::string& id = "c") const {
        EXPECT_TRUE(Sandbox::eventually([&] { return has_status(status, id); }))
            << node_.run({"state", id}).out;
    }

    Folder folder_;
    fake_bao::Machine machine_;
    Sandbox node_;
};

inline bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/sandbox.hpp"

// Each bad input gives a status and words that name the thing, and leaves nothing: no process,
// directory, grant, mount or cgroup.
namespace phi::test {

class BadInput : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        node_ = new Sandbox(
            "fake",
            "\"select\": \"all\", \"annotations\": [\"org.runphi.devices\", \"org.runphi.irqs\"]");
        board_ = node_->run({"board", "--free"}).out;
        ASSERT_FALSE(board_.empty());
    }
    static void TearDownTestSuite() {
        delete node_;
        node_ = nullptr;
    }

    void expect_refused(const std::vector<std::string>& args, const std::string& words,
                        int status = 1) {
        const Result result = node_->run(args);
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        // What was wrongly accepted must not spoil the cases after it.
        if (result.status == 0) node_->run({"delete", "--force", "c"});
        expect_nothing_left();
    }
    void expect_nothing_left() {
        EXPECT_TRUE(Sandbox::eventually([] { return node_->remains().empty(); }))
            << node_->remains();
        EXPECT_EQ(node_->run({"board", "--free"}).out, board_);
    }

    static Sandbox* node_;
    static std::string board_;
};

inline Sandbox* BadInput::node_ = nullptr;
inline std::string BadInput::board_;

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "core/base/process.hpp"
#include "core/fs/file.hpp"
#include "support/processes.hpp"
#include "support/sandbox.hpp"

namespace phi::test {

// A node with the QEMU backend.
class Partition : public ::testing::Test {
  protected:
    explicit Partition(const std::string& settings = "") : node_("qemu", settings) {}
    ~Partition() override {
        node_.run({"delete", "--force", "c"});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    // `runphi run --bundle BUNDLE c` in the background, its output in a file.
    Spawned run_in_background(const std::string& bundle) {
        out_ = UniqueFd(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        return spawn({node_.command({"run", "--bundle", bundle, "c"}),
                      node_.environment(),
                      {{out_.get(), 1}}});
    }
    std::string output() const { return read_fd(out_.get(), "output"); }
    void await_output(const std::string& text) {
        EXPECT_TRUE(Sandbox::eventually([&] { return output().find(text) != std::string::npos; },
                                        std::chrono::seconds(300)))
            << output();
    }
    static int wait(const Spawned& process) {
        int status = 0;
        ::waitpid(process.id.pid, &status, 0);
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    bool has_status(const std::string& status) const {
        return node_.run({"state", "c"}).out.find("\"status\": \"" + status + "\"") !=
               std::string::npos;
    }

    Sandbox node_;
    UniqueFd out_;
};

}  // namespace phi::test

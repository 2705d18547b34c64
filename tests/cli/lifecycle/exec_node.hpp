// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <filesystem>

#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "plugin-api/include/runphi/agent.h"
#include "support/sandbox.hpp"

namespace phi::test {

// A node whose Linux guests are scripts of the fake hypervisor (tests/fake/partition/sessions.hpp
// has the programs that they can run), and one container in it.
class ExecNode : public ::testing::Test {
  protected:
    ExecNode() : node_("fake") {
        node_.configure(text("\"select\": \"all\", \"stop_timeout_s\": 1, \"guest_dir\": \"",
                             node_.dir(), "/guest\""));
    }
    ~ExecNode() override {
        node_.run({"delete", "--force", "c"});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
    }

    // The script behind a comment with the magic numbers of a kernel of this machine.
    static std::string as_kernel(const std::string& script, const std::string& machine) {
        const std::string head = machine == "aarch64"
                                     ? "#" + std::string(0x37, '-') + "ARM\x64----"
                                     : "#" + std::string(0x1fd, '-') + "\x55\xaa--HdrS";
        return head + "\n" + script;
    }

    // `create` of a container whose guest runs this script.
    void create(const std::string& script, const std::string& members = "") {
        utsname machine{};
        ::uname(&machine);
        const std::string guest = text(node_.dir(), "/guest/", machine.machine);
        std::filesystem::create_directories(guest);
        write_text(guest + "/kernel", as_kernel(script, machine.machine));
        write_text(guest + "/phi-init", "init");
        const std::string bundle = node_.bundle(
            "bundle", text("{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, "
                           "\"process\": {\"cwd\": \"/work\", \"args\": [\"/sleep\"], \"user\": "
                           "{\"uid\": 5, \"gid\": 6}, \"env\": [\"PATH=/bin\"]}",
                           members, "}"));
        write_text(bundle + "/rootfs/sleep", "never run\n", 0755);
        const Result made = node_.run({"create", "--bundle", bundle, "c"});
        ASSERT_EQ(made.status, 0) << made.err;
    }
    void start(const std::string& script = "spin\n", const std::string& members = "") {
        create(script, members);
        const Result started = node_.run({"start", "c"});
        ASSERT_EQ(started.status, 0) << started.err;
    }
    Result exec(std::vector<std::string> words, const std::string& input = "") const {
        words.insert(words.begin(), "exec");
        return node_.run(words, input);
    }
    // `exec` in the background, its output in a file.
    Spawned exec_in_background(std::vector<std::string> words, int input = -1) {
        words.insert(words.begin(), "exec");
        out_ = UniqueFd(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        std::vector<SpawnFd> fds{{out_.get(), 1}, {out_.get(), 2}};
        if (input >= 0) fds.push_back({input, 0});
        return spawn({node_.command(words), node_.environment(), fds});
    }
    std::string output() const { return read_fd(out_.get(), "output", 64U << 20); }
    bool await_output(const std::string& wanted) const {
        return Sandbox::eventually([&] { return output().find(wanted) != std::string::npos; });
    }
    static int wait(pid_t pid) {
        int status = 0;
        EXPECT_EQ(::waitpid(pid, &status, 0), pid);
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }

    Sandbox node_;
    UniqueFd out_;
};

}  // namespace phi::test

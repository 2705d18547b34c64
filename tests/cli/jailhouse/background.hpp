// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/wait.h>

#include "cli/jailhouse/cells.hpp"
#include "core/base/process.hpp"
#include "core/fs/file.hpp"

namespace phi::test {

// A container that runs in the background, with its output in a file.
class BackgroundCells : public Cells {
  protected:
    // `runphi run` of a bundle, until the cell runs; further options before "--bundle".
    Spawned run_bundle(const std::string& bundle, const std::string& input = "") {
        out_ = UniqueFd(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        in_ = UniqueFd(::open(folder_.write("input", input).c_str(), O_RDONLY | O_CLOEXEC));
        Spawned process = spawn(
            {node_.command({"--debug", "--log", log(), "run", "--keep", "--bundle", bundle, "c"}),
             node_.environment(),
             {{in_.get(), 0}, {out_.get(), 1}, {out_.get(), 2}},
             -1,
             false,
             true});
        EXPECT_TRUE(Sandbox::eventually([this] { return cell("c").state == "running"; }))
            << output();
        return process;
    }
    Spawned run_inmate() { return run_bundle(node_.inmate_bundle("bundle-c", "instructions")); }
    static int status_of(const Spawned& process) {
        int status = 0;
        ::waitpid(process.id.pid, &status, 0);
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    std::string output() const { return read_fd(out_.get(), "output"); }
    void await_output(const std::string& text) {
        EXPECT_TRUE(Sandbox::eventually([&] { return output().find(text) != std::string::npos; }))
            << output();
    }
    std::string log() const { return folder_.path() + "/log"; }
    void print(const std::string& name, const std::string& text) {
        server_.change([&](Machine& machine) { machine.print(*machine.find(name), text); });
    }

    UniqueFd out_, in_;
};

}  // namespace phi::test

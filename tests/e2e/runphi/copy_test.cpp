// SPDX-License-Identifier: Apache-2.0
// cp into and out of a real Linux guest.
#include <sys/stat.h>

#include <filesystem>

#include "linux_guest.hpp"

namespace phi::test {
namespace {

class CopyLinux : public Linux {
  protected:
    void begin(const std::string& more = "") {
        container_ = run_in_background(bundle("echo ready; sleep 1000", "", more));
        await_output("ready\n");
    }
    void TearDown() override {
        if (container_.id.pid == 0) return;
        node_.run({"kill", "c", "KILL"});
        wait(container_);
    }
    std::string here(const std::string& name) const { return node_.dir() + "/" + name; }
    Result cp(const std::string& from, const std::string& to) const {
        return node_.run({"cp", from, to});
    }
    std::string sh(const std::string& script) const {
        return node_.run({"exec", "c", "sh", "-c", script}).out;
    }

    Spawned container_;
};

TEST_F(CopyLinux, GoesInAndOutAgain) {
    begin();
    std::string much;
    while (much.size() < (1U << 20)) much += text("line ", much.size(), " of the file\n");
    write_text(here("much"), much, 0750);
    EXPECT_EQ(cp(here("much"), "c:/work/there").err, "");
    EXPECT_EQ(sh("stat -c '%a %s %u' /work/there"), text("750 ", much.size(), " 0\n"));
    EXPECT_EQ(cp("c:/work/there", here("back")).err, "");
    EXPECT_TRUE(read_text(here("back")) == much);
    struct stat status {};
    ASSERT_EQ(::stat(here("back").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0750U);

    // Into directories, and behind a link, for the one who has the file.
    EXPECT_EQ(cp(here("much"), "c:/tmp").err, "");
    EXPECT_EQ(sh("wc -c < /tmp/much"), text(much.size(), "\n"));
    sh("echo old > /work/old; chown 5:6 /work/old; ln -s old /work/link");
    write_text(here("new"), "new\n");
    EXPECT_EQ(cp(here("new"), "c:/work/link").err, "");
    EXPECT_EQ(sh("cat /work/old; stat -c '%u %g' /work/old"), "new\n5 6\n");
    EXPECT_NE(cp("c:/proc/self/comm", "-").out, "");

    const Result missing = cp("c:/work/none", here("none"));
    EXPECT_EQ(missing.status, 1);
    EXPECT_NE(missing.err.find("c:/work/none: open /work/none: no such file or directory"),
              std::string::npos)
        << missing.err;
    EXPECT_NE(cp("c:/work", here("none")).err.find("is not a regular file"), std::string::npos);
    EXPECT_EQ(sh("ls -a /work /tmp | grep runphi"), "");
}

TEST_F(CopyLinux, WhatIsBrokenOffLeavesNothingInTheGuest) {
    begin();
    write_text(here("large"), "");
    std::filesystem::resize_file(here("large"), 256U << 20);
    const Spawned copying =
        spawn({node_.command({"cp", here("large"), "c:/work/large"}), node_.environment(), {}});
    ASSERT_TRUE(Sandbox::eventually([&] { return bytes_read(copying.id.pid) > (1U << 18); },
                                    std::chrono::seconds(100)));
    EXPECT_NE(sh("ls -a /work | grep runphi-cp"), "");
    ASSERT_TRUE(send_signal(copying.id, SIGKILL));
    EXPECT_EQ(wait(copying), 137);
    EXPECT_TRUE(
        Sandbox::eventually([&] { return sh("ls -a /work | grep runphi-cp; echo end") == "end\n"; },
                            std::chrono::seconds(100), std::chrono::milliseconds(200)));
    EXPECT_EQ(sh("ls /work"), "");
}

TEST_F(CopyLinux, AReadOnlyRootStaysSo) {
    begin("\"root\": {\"path\": \"rootfs\", \"readonly\": true}");
    write_text(here("file"), "x");
    const Result refused = cp(here("file"), "c:/work/file");
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.err.find("create /work/file: read-only file system"), std::string::npos)
        << refused.err;
    EXPECT_EQ(cp(here("file"), "c:/tmp/file").err, "");
    EXPECT_EQ(sh("cat /tmp/file"), "x");
}

}  // namespace
}  // namespace phi::test

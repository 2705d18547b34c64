// SPDX-License-Identifier: Apache-2.0
// `cp`: one file in or out of a guest, which may be a hostile one.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "exec_node.hpp"
#include "support/processes.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

class Copy : public ExecNode {
  protected:
    Copy() : folder_(node_.dir() + "/files") { fs::create_directories(folder_); }

    std::string here(const std::string& name) const { return folder_ + "/" + name; }
    Result cp(const std::string& from, const std::string& to) const {
        return node_.run({"cp", from, to});
    }
    void refused(const std::string& from, const std::string& to, const std::string& words) const {
        const Result ran = cp(from, to);
        EXPECT_EQ(ran.status, 1) << from;
        EXPECT_NE(ran.err.find("cp failed: "), std::string::npos) << ran.err;
        EXPECT_NE(ran.err.find(words), std::string::npos) << ran.err;
    }
    unsigned mode_of(const std::string& path) const {
        struct stat status {};
        ::stat(path.c_str(), &status);
        return status.st_mode & 07777;
    }
    // Beside the named ones.
    bool nothing_but(std::vector<std::string> names) const {
        for (const auto& entry : fs::directory_iterator(folder_)) {
            if (std::erase(names, entry.path().filename()) == 0) return false;
        }
        return names.empty();
    }

    std::string folder_;
};

TEST_F(Copy, OutToAFileADirectoryAndTheStandardOutput) {
    start();
    EXPECT_EQ(cp("c:/hello", here("new")).err, "");
    EXPECT_EQ(read_text(here("new")), "hello\n");
    EXPECT_EQ(mode_of(here("new")), 0640U);
    EXPECT_EQ(cp("c:hello", folder_).err, "");
    EXPECT_EQ(read_text(here("hello")), "hello\n");
    write_text(here("old"), "something longer\n");
    EXPECT_EQ(cp("c:/hello", here("old")).err, "");
    EXPECT_EQ(read_text(here("old")), "hello\n");
    EXPECT_EQ(cp("c:/hello", "-").out, "hello\n");
    EXPECT_TRUE(nothing_but({"new", "hello", "old"}));
}

TEST_F(Copy, OutThroughALink) {
    start();
    write_text(here("old"), "something longer\n");
    fs::create_symlink("old", here("link"));
    EXPECT_EQ(cp("c:/hello", here("link")).err, "");
    EXPECT_TRUE(fs::is_symlink(here("link")));
    EXPECT_EQ(read_text(here("old")), "hello\n");
}

TEST_F(Copy, OutToWhatIsNoFileIsRefused) {
    start();
    ASSERT_EQ(::mknod(here("null").c_str(), S_IFCHR | 0666, makedev(1, 3)), 0);
    ASSERT_EQ(::mkfifo(here("hello").c_str(), 0600), 0);
    refused("c:/hello", here("null"), "/null is not a regular file");
    refused("c:/hello", folder_, "/hello is not a regular file");
    EXPECT_TRUE(fs::is_character_file(here("null")));
    EXPECT_TRUE(fs::is_fifo(here("hello")));
    EXPECT_TRUE(nothing_but({"null", "hello"}));
}

TEST_F(Copy, InToAPathAndADirectoryAndOutAgain) {
    start();
    std::string much;
    while (much.size() < (2U << 20)) much += text("line ", much.size(), "\n");
    write_text(here("much"), much, 0754);
    ASSERT_EQ(::chmod(here("much").c_str(), 04754), 0);
    EXPECT_EQ(cp(here("much"), "c:/there").err, "");
    EXPECT_EQ(cp("c:/there", here("back")).err, "");
    EXPECT_TRUE(read_text(here("back")) == much);
    EXPECT_EQ(mode_of(here("back")), 0754U) << "set-user-id does not travel";
    EXPECT_EQ(cp(here("much"), "c:/").err, "");
    EXPECT_EQ(cp("c:/much", "-").out.size(), much.size());
    write_text(here("empty"), "");
    EXPECT_EQ(cp(here("empty"), "c:/empty").err, "");
    EXPECT_EQ(cp("c:/empty", here("e")).err, "");
    EXPECT_EQ(fs::file_size(here("e")), 0U);
}

TEST_F(Copy, SaysWhatIsWrong) {
    start();
    write_text(here("file"), "x");
    refused("c:/missing", here("new"), "c:/missing: open /missing: no such file or directory");
    refused(here("file"), "c:/ro", "c:/ro: create /ro: read-only file system");
    refused(here("none"), "c:/x", "open " + here("none") + ": no such file or directory");
    refused(folder_, "c:/x", "is not a regular file");
    refused("c:/hello", here("no/such/folder"), "no such file or directory");
    refused(here("file"), here("other"), "expected one path in a guest");
    refused("c:/hello", "c:/other", "expected one path in a guest");
    refused("c:/", here("x"), "is not the name of a file");
    refused("nobody:/x", here("x"), "container does not exist");
    EXPECT_TRUE(nothing_but({"file"}));
    ASSERT_EQ(node_.run({"pause", "c"}).status, 0);
    refused("c:/hello", here("x"), "cannot copy with a paused container");
}

TEST_F(Copy, NeedsAGuestWithAnAgent) {
    create("spin\n");
    refused("c:/hello", here("x"), "whose guest has not been started");
    ASSERT_EQ(node_.run({"delete", "--force", "c"}).status, 0);
    const std::string inmate = node_.inmate_bundle("inmate", "spin\n");
    ASSERT_EQ(node_.run({"create", "--bundle", inmate, "c"}).status, 0);
    ASSERT_EQ(node_.run({"start", "c"}).status, 0);
    refused("c:/hello", here("x"), "an inmate, which has no processes");
    EXPECT_TRUE(nothing_but({}));
}

TEST_F(Copy, AGuestThatLiesLeavesNothing) {
    start();
    write_text(here("old"), "kept");
    refused("c:/short", here("old"), "has sent 100 bytes, and 5 of them could be written");
    refused("c:/mute", here("old"), "does not tell what it has sent");
    refused("c:/chatty", here("old"), "does not tell what it has sent");
    EXPECT_EQ(read_text(here("old")), "kept");
    EXPECT_EQ(cp("c:/setuid", here("mode")).err, "");
    EXPECT_EQ(mode_of(here("mode")), 0777U);
    EXPECT_TRUE(nothing_but({"old", "mode"}));
}

TEST_F(Copy, WhoIsKilledLeavesNothingHereAndTheGuestGoesOn) {
    start();
    const Spawned endless =
        spawn({node_.command({"cp", "c:/endless", here("x")}), node_.environment(), {}});
    ASSERT_TRUE(Sandbox::eventually([&] { return bytes_written(endless.id.pid) > 1U << 20; },
                                    std::chrono::seconds(60)));
    EXPECT_TRUE(sanitized() || private_kib(endless.id.pid) <= 2048) << "all of it is streamed";
    ASSERT_TRUE(send_signal(endless.id, SIGINT));
    EXPECT_EQ(wait(endless.id.pid), 130);
    EXPECT_TRUE(nothing_but({}));
    EXPECT_EQ(cp("c:/hello", "-").out, "hello\n");
}

TEST_F(Copy, TheEndOfTheContainerIsToldAndLeavesNothing) {
    start();
    const UniqueFd err(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    const Spawned endless = spawn(
        {node_.command({"cp", "c:/endless", here("x")}), node_.environment(), {{err.get(), 2}}});
    ASSERT_TRUE(Sandbox::eventually([&] { return bytes_written(endless.id.pid) > 1U << 20; },
                                    std::chrono::seconds(60)));
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    EXPECT_EQ(wait(endless.id.pid), 1);
    EXPECT_NE(read_fd(err.get(), "stderr").find("ended with 137"), std::string::npos);
    EXPECT_TRUE(nothing_but({}));
}

}  // namespace
}  // namespace phi::test

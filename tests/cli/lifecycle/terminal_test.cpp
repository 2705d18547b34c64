// SPDX-License-Identifier: Apache-2.0
// process.terminal: the pty that goes over the console socket, and its size.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "support/fd_listener.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

class Terminal : public ::testing::Test {
  protected:
    Terminal() : node_("fake"), listener_(node_.dir() + "/console.sock") {}
    ~Terminal() override { node_.run({"delete", "--force", "c"}); }

    std::string bundle(const std::string& script) const {
        const std::string path =
            node_.bundle("bundle",
                         "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, "
                         "\"process\": {\"terminal\": true, "
                         "\"cwd\": \"/\", \"args\": [\"x\"], \"env\": [\"INMATE=/boot/inmate\"]}}");
        write_text(path + "/rootfs/inmate", script);
        [[maybe_unused]] const int made = ::mkdir((path + "/rootfs/boot").c_str(), 0755);
        write_text(path + "/rootfs/boot/inmate", script);
        return path;
    }
    UniqueFd create(const std::string& script) {
        const Result made = node_.run(
            {"create", "--bundle", bundle(script), "--console-socket", listener_.path(), "c"});
        EXPECT_EQ(made.status, 0) << made.err;
        return listener_.receive();
    }
    // Reads until the text has come; what came instead when it does not.
    static std::string read_until(int fd, const std::string& wanted) {
        std::string got;
        while (got.find(wanted) == std::string::npos) {
            pollfd ready{fd, POLLIN, 0};
            char buffer[256];
            if (::poll(&ready, 1, 30'000) <= 0) break;
            const ssize_t count = ::read(fd, buffer, sizeof buffer);
            if (count <= 0) break;
            got.append(buffer, static_cast<std::size_t>(count));
        }
        return got;
    }

    Sandbox node_;
    FdListener listener_;
};

TEST_F(Terminal, GoesOverTheConsoleSocketAndCarriesBothWays) {
    const UniqueFd terminal = create("print ready\necho\n");
    ASSERT_EQ(node_.run({"start", "c"}).err, "");
    EXPECT_EQ(read_until(terminal.get(), "ready\n"), "ready\n") << "raw: nothing is translated";
    ASSERT_EQ(::write(terminal.get(), "hi\n", 3), 3);
    EXPECT_EQ(read_until(terminal.get(), "hi\n"), "hi\n") << "raw: nothing is echoed twice";
}

TEST_F(Terminal, ItsNewSizeReachesTheGuest) {
    const UniqueFd terminal = create("hello\nprint ready\nwait-resize\n");
    ASSERT_EQ(node_.run({"start", "c"}).err, "");
    read_until(terminal.get(), "ready\n");
    winsize size{};
    size.ws_row = 33;
    size.ws_col = 101;
    ASSERT_EQ(::ioctl(terminal.get(), TIOCSWINSZ, &size), 0);
    EXPECT_EQ(read_until(terminal.get(), "101\n"), "resize 33 101\n");
}

TEST_F(Terminal, NeedsASocketUnlessWeStay) {
    const Result made = node_.run({"create", "--bundle", bundle("spin\n"), "c"});
    EXPECT_EQ(made.status, 1);
    EXPECT_NE(
        made.err.find("cannot allocate tty if runc will detach without setting console socket"),
        std::string::npos)
        << made.err;
    EXPECT_EQ(node_.remains(), "");
}

TEST_F(Terminal, ASocketNobodyListensOnIsAnError) {
    const Result made = node_.run(
        {"create", "--bundle", bundle("spin\n"), "--console-socket", node_.dir() + "/nobody", "c"});
    EXPECT_EQ(made.status, 1);
    EXPECT_NE(made.err.find("/nobody: no such file or directory"), std::string::npos) << made.err;
    EXPECT_EQ(node_.remains(), "");
}

TEST_F(Terminal, ASocketWithoutATerminalIsRefused) {
    const Result made = node_.run({"create", "--bundle", node_.inmate_bundle("plain", "spin\n"),
                                   "--console-socket", listener_.path(), "c"});
    EXPECT_EQ(made.status, 1);
    EXPECT_NE(made.err.find("cannot use console socket"), std::string::npos) << made.err;
}

TEST_F(Terminal, OfAForegroundRunIsOurOwn) {
    const Result ran = node_.run({"run", "--bundle", bundle("print here\nexit 6\n"), "c"});
    EXPECT_EQ(ran.status, 6) << ran.err;
    EXPECT_EQ(ran.out, "here\n");
}

}  // namespace
}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#include "core/log/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/unique_fd.hpp"

namespace phi::log {
namespace {

std::string content(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

unsigned lines(const std::string& text) {
    return static_cast<unsigned>(std::count(text.begin(), text.end(), '\n'));
}

class Log : public testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/runphi-log-XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        dir_ = name;
    }
    void TearDown() override { std::filesystem::remove_all(dir_); }

    std::string path(const std::string& name) const { return dir_ + "/" + name; }

    // Runs it in a process of its own, because the log is the process's; returns its status, and
    // what it wrote to standard error in `stderr_`.
    int run(const std::function<void()>& body) {
        const pid_t child = ::fork();
        if (child == 0) {
            const UniqueFd err(::open(path("stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
            ::dup2(err.get(), STDERR_FILENO);
            int status = 0;
            try {
                body();
            } catch (const Error& error) {
                fatal(error.message());
                status = 1;
            }
            ::_exit(HasFailure() ? failed : status);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) != failed) << status;
        stderr_ = content(path("stderr"));
        return status;
    }

    static constexpr int failed = 99;  // an expectation in the process of its own
    std::string dir_;
    std::string stderr_;
};

TEST_F(Log, FatalWritesOneJsonLineAndTheBareText) {
    run([&] {
        configure({.file = path("log"), .format = Format::json, .own_file = path("own")});
        warn("something odd");
        info("something usual");
        debug("something small");
        fatal("container does not exist");
    });
    EXPECT_EQ(stderr_, "container does not exist\n");
    const std::string log = content(path("log"));
    ASSERT_EQ(lines(log), 1U) << log;
    const json::Document line = json::parse(log, "log");
    const json::Node node(line, "");
    node.only({"level", "msg", "time"});
    EXPECT_EQ(node.at("level").as_string(), "error");
    EXPECT_EQ(node.at("msg").as_string(), "container does not exist");
    EXPECT_FALSE(std::filesystem::exists(path("own")));
}

TEST_F(Log, FatalWithoutAFileWritesTheLineToStandardError) {
    run([] { fatal("no such thing"); });
    EXPECT_EQ(stderr_.rfind("time=\"", 0), 0U) << stderr_;
    EXPECT_NE(stderr_.find("\" level=error msg=\"no such thing\"\n"), std::string::npos);
    EXPECT_EQ(lines(stderr_), 1U);
}

TEST_F(Log, SuccessLeavesTheFileEmpty) {
    run([&] {
        configure({.file = path("log"), .own_file = path("own")});
        EXPECT_FALSE(wanted(Level::warn));
        warn("odd");
    });
    EXPECT_TRUE(std::filesystem::exists(path("log")));
    EXPECT_EQ(content(path("log")), "");
    EXPECT_EQ(stderr_, "");
    struct stat status {};
    ASSERT_EQ(::stat(path("log").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777 & ~0644U, 0U);
}

TEST_F(Log, AppendsToWhatIsThere) {
    std::ofstream(path("log")) << "earlier\n";
    run([&] {
        configure({.file = path("log")});
        fatal("later");
    });
    const std::string log = content(path("log"));
    EXPECT_EQ(log.rfind("earlier\n", 0), 0U);
    EXPECT_EQ(lines(log), 2U);
}

TEST_F(Log, AFileThatCannotBeOpenedIsAnErrorInTheChosenFormat) {
    const int status = run([&] { configure({.file = "/nowhere/log", .format = Format::json}); });
    EXPECT_EQ(WEXITSTATUS(status), 1);
    const json::Document line = json::parse(stderr_, "stderr");
    EXPECT_EQ(json::Node(line, "").at("msg").as_string(),
              "open /nowhere/log: no such file or directory");
}

TEST_F(Log, DebugShowsAllButTrace) {
    run([&] {
        configure({.file = path("log"), .debug = true});
        trace("traced");
        debug("debugged");
        warn("warned");
    });
    const std::string log = content(path("log"));
    EXPECT_EQ(lines(log), 2U) << log;
    EXPECT_NE(log.find("level=debug msg=debugged"), std::string::npos);
    EXPECT_NE(log.find("level=warning msg=warned"), std::string::npos);
}

TEST_F(Log, OwnFileTakesItsLevelsWhateverTheClientAskedFor) {
    run([&] {
        configure({.file = path("log"), .own_level = 2, .own_file = path("own")});
        EXPECT_TRUE(wanted(Level::info));
        EXPECT_FALSE(wanted(Level::debug));
        info("usual");
        debug("small");
        fatal("bad");
    });
    const std::string own = content(path("own"));
    EXPECT_EQ(lines(own), 2U) << own;
    EXPECT_NE(own.find("level=info msg=usual pid="), std::string::npos);
    EXPECT_NE(own.find("level=error msg=bad pid="), std::string::npos);
    EXPECT_EQ(lines(content(path("log"))), 1U);
}

TEST_F(Log, AnOwnFileThatCannotBeOpenedChangesNothing) {
    const int status = run([&] {
        configure({.file = path("log"), .own_level = 4, .own_file = "/nowhere/own"});
        trace("traced");
        EXPECT_FALSE(wanted(Level::trace));
        fatal("bad");
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(lines(content(path("log"))), 1U);
    EXPECT_EQ(stderr_, "bad\n");
}

TEST_F(Log, OwnFileIsNotReachedThroughALink) {
    std::ofstream(path("victim")) << "";
    std::filesystem::create_symlink(path("victim"), path("own"));
    run([&] {
        configure({.file = {}, .own_level = 4, .own_file = path("own")});
        info("usual");
    });
    EXPECT_EQ(content(path("victim")), "");
}

TEST_F(Log, AForgottenStandardErrorStaysSilent) {
    run([&] {
        configure({.file = path("log")});
        forget_stderr();
        fatal("later");
    });
    EXPECT_EQ(stderr_, "");
    EXPECT_EQ(lines(content(path("log"))), 1U);
    run([] {
        forget_stderr();
        EXPECT_FALSE(wanted(Level::error));
        fatal("nowhere");
    });
    EXPECT_EQ(stderr_, "");
}

TEST_F(Log, AReaderThatWentAwayDoesNotKill) {
    const int status = run([] {
        int ends[2];
        if (::pipe(ends) != 0) throw os_error("pipe");
        ::dup2(ends[1], STDERR_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        fatal("nobody reads");
        // And the signal is not left for later.
        sigset_t pending;
        ::sigpending(&pending);
        EXPECT_EQ(::sigismember(&pending, SIGPIPE), 0);
    });
    EXPECT_EQ(status, 0);
}

TEST_F(Log, IsInheritedByNoProgram) {
    run([&] {
        configure({.file = path("log"), .own_level = 4, .own_file = path("own")});
        info("usual");
        for (int fd = 3; fd < 64; ++fd) {
            const int flags = ::fcntl(fd, F_GETFD);
            char link[64];
            std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            char target[256] = {};
            if (flags < 0 || ::readlink(link, target, sizeof target - 1) < 0) continue;
            if (path("log") != target && path("own") != target) continue;
            EXPECT_NE(flags & FD_CLOEXEC, 0) << target;
        }
    });
    EXPECT_EQ(lines(content(path("own"))), 1U);
}

}  // namespace
}  // namespace phi::log

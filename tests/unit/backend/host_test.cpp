// SPDX-License-Identifier: Apache-2.0
#include "core/backend/host.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>

#include "core/fs/rootfs.hpp"
#include "unit/backend/node.hpp"

namespace {

using phi::UniqueFd;
using phi::backend::HostTable;
using test::Node;

struct Outcome {
    runphi_result code;
    std::string message;
};

template <typename F>
Outcome call(const F& f) {
    runphi_error error{};
    error.size = sizeof error;
    const runphi_result code = f(&error);
    return {code, error.message};
}

Outcome spawn(const HostTable& host, std::vector<const char*> argv,
              const std::vector<runphi_fd_map>& fds, runphi_process& out) {
    argv.push_back(nullptr);
    runphi_spawn what{};
    what.size = sizeof what;
    what.argv = argv.data();
    what.fds = fds.data();
    what.n_fds = static_cast<std::uint32_t>(fds.size());
    what.cwd_fd = -1;
    out = {};
    out.size = sizeof out;
    return call(
        [&](auto* error) { return host.abi()->spawn(host.abi()->ctx, &what, &out, error); });
}

Outcome open_rootfs(const HostTable& host, const std::string& path, UniqueFd& file) {
    std::int32_t fd = -1;
    const auto outcome = call([&](auto* error) {
        return host.abi()->open_rootfs(host.abi()->ctx, path.data(), path.size(), &fd, error);
    });
    file.reset(fd);
    return outcome;
}

TEST(Host, TellsTheNodesFolders) {
    Node node;
    node.settings.backend_settings["odd"] = R"({"a":1})";
    HostTable host("odd", node.settings);
    EXPECT_EQ(host.abi()->size, sizeof(runphi_host));
    EXPECT_STREQ(host.abi()->settings, R"({"a":1})");
    EXPECT_EQ(host.abi()->guest_dir, node.settings.guest_dir);
    EXPECT_EQ(host.abi()->cache_dir, node.settings.state_dir + "/@cache/odd");
    EXPECT_STREQ(HostTable("other", node.settings).abi()->settings, "{}");
}

TEST(Host, MakesTheCacheOnlyWhenAsked) {
    const Node node;
    HostTable host("odd", node.settings);
    struct stat found {};
    EXPECT_NE(::stat(host.abi()->cache_dir, &found), 0);
    host.prepare_cache();
    host.prepare_cache();
    ASSERT_EQ(::stat(host.abi()->cache_dir, &found), 0);
    EXPECT_EQ(found.st_mode & 07777U, 0700U);
}

TEST(Host, RunsAProgramWithNothingButWhatIsNamed) {
    const Node node;
    const HostTable host("odd", node.settings);
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd out(ends[0]);
    UniqueFd in(ends[1]);
    runphi_process process{};
    ASSERT_EQ(spawn(host, {"/usr/bin/env"}, {}, process).code, RUNPHI_OK);
    ::waitpid(process.pid, nullptr, 0);
    ::close(process.pidfd);
    ASSERT_EQ(spawn(host, {"/bin/echo", "a b"}, {{in.get(), 1}}, process).code, RUNPHI_OK);
    const UniqueFd pidfd(process.pidfd);
    EXPECT_GT(process.start_time, 0U);
    EXPECT_EQ(::fcntl(pidfd.get(), F_GETFD), FD_CLOEXEC);
    in.reset();
    char text[16];
    ASSERT_EQ(::read(out.get(), text, sizeof text), 4);
    EXPECT_EQ(std::string(text, 4), "a b\n");
    EXPECT_EQ(::waitpid(process.pid, nullptr, 0), process.pid);
}

TEST(Host, AProgramThatCannotBeRunIsAnError) {
    const Node node;
    const HostTable host("odd", node.settings);
    runphi_process process{};
    const auto missing = spawn(host, {"/no/such/program"}, {}, process);
    EXPECT_EQ(missing.code, RUNPHI_NOT_FOUND);
    EXPECT_NE(missing.message.find("/no/such/program"), std::string::npos) << missing.message;
    EXPECT_EQ(spawn(host, {"echo"}, {}, process).code, RUNPHI_INVALID);
    EXPECT_EQ(spawn(host, {}, {}, process).code, RUNPHI_INVALID);
    runphi_spawn what{};
    what.size = 8;
    EXPECT_EQ(call([&](auto* error) {
                  return host.abi()->spawn(host.abi()->ctx, &what, &process, error);
              }).code,
              RUNPHI_INVALID);
}

TEST(Host, HasNoSharesUnlessItWasGivenSome) {
    const Node node;
    const HostTable host("odd", node.settings);
    const char* const argv[] = {"/bin/true", nullptr};
    runphi_spawn what{};
    what.size = sizeof what;
    what.flags = RUNPHI_SPAWN_WITH_SHARES;
    what.argv = argv;
    what.cwd_fd = -1;
    runphi_process process{};
    process.size = sizeof process;
    const auto refused = call(
        [&](auto* error) { return host.abi()->spawn(host.abi()->ctx, &what, &process, error); });
    EXPECT_EQ(refused.code, RUNPHI_INVALID);
    EXPECT_NE(refused.message.find("no shares"), std::string::npos) << refused.message;
}

TEST(Host, OpensFilesOfTheRootfsAndNoOthers) {
    const Node node;
    HostTable host("odd", node.settings);
    UniqueFd file;
    EXPECT_EQ(open_rootfs(host, "/x", file).code, RUNPHI_NOT_FOUND);

    const std::string root = node.path() + "/rootfs";
    std::filesystem::create_directory(root);
    std::ofstream(root + "/x") << "content";
    std::ofstream(node.path() + "/secret") << "secret";
    std::filesystem::create_symlink("../secret", root + "/link");
    const phi::Rootfs rootfs = phi::Rootfs::open(root);
    host.set_rootfs(&rootfs);
    ASSERT_EQ(open_rootfs(host, "/x", file).code, RUNPHI_OK);
    char text[8];
    EXPECT_EQ(::read(file.get(), text, sizeof text), 7);
    EXPECT_NE(open_rootfs(host, "/link", file).code, RUNPHI_OK);
    EXPECT_NE(open_rootfs(host, "../secret", file).code, RUNPHI_OK);
    EXPECT_EQ(open_rootfs(host, "", file).code, RUNPHI_INVALID);
    EXPECT_FALSE(open_rootfs(host, "/no", file).message.empty());
    host.set_rootfs(nullptr);
    EXPECT_EQ(open_rootfs(host, "/x", file).code, RUNPHI_NOT_FOUND);
}

TEST(Host, TellsTheTimeThatIsLeft) {
    const Node node;
    HostTable host("odd", node.settings);
    const auto left = [&] { return host.abi()->remaining_ms(host.abi()->ctx); };
    EXPECT_EQ(left(), INT64_MAX);
    host.set_deadline(phi::Deadline::in(std::chrono::hours(1)));
    EXPECT_GT(left(), 0);
    EXPECT_LE(left(), 3'600'000);
    host.set_deadline(phi::Deadline::in(std::chrono::milliseconds(0)));
    EXPECT_EQ(left(), 0);
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
// What runc answers to the wrong command at the wrong time, case by case, and a partition, too:
// engines read these texts and statuses.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/fake_linux.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

// The containers that the cases speak of, each in a state of its own.
const std::map<std::string, std::vector<std::vector<std::string>>> steps = {
    {"created", {}},
    {"running", {{"start", "running"}}},
    {"paused", {{"start", "paused"}, {"pause", "paused"}}},
    {"stopped", {{"start", "stopped"}, {"kill", "stopped", "KILL"}}},
};

struct Case {
    std::vector<std::string> words;
    int status;
    std::string message;  // on standard error; empty: nothing is
    std::string out = {};
};

const std::vector<Case> cases = {
    {{"state", "nobody"}, 1, "container does not exist"},
    {{"start", "nobody"}, 1, "container does not exist"},
    {{"kill", "nobody"}, 1, "container does not exist"},
    {{"kill", "nobody", "FOO"}, 1, "container does not exist"},
    {{"pause", "nobody"}, 1, "container does not exist"},
    {{"resume", "nobody"}, 1, "container does not exist"},
    {{"update", "nobody"}, 1, "container does not exist"},
    {{"ps", "nobody"}, 1, "container does not exist"},
    {{"events", "nobody"}, 1, "container does not exist"},
    {{"checkpoint", "nobody"}, 1, "container does not exist"},
    {{"exec", "nobody", "sh"}, 255, "exec failed: container does not exist"},
    {{"delete", "nobody"}, 1, "container does not exist"},
    {{"delete", "--force", "nobody"}, 0, ""},
    {{"start", "running"}, 1, "cannot start an already running container"},
    {{"start", "paused"}, 1, "cannot start a container in the paused state"},
    {{"start", "stopped"}, 1, "cannot start a container that has stopped"},
    {{"pause", "created"}, 1, "container not running"},
    {{"pause", "paused"}, 1, "container not running"},
    {{"pause", "stopped"}, 1, "container not running"},
    {{"resume", "created"}, 1, "container not paused"},
    {{"resume", "running"}, 1, "container not paused"},
    {{"resume", "stopped"}, 1, "container not paused"},
    {{"kill", "stopped"}, 1, "container not running"},
    {{"kill", "stopped", "99"}, 1, "container not running"},
    {{"kill", "stopped", "FOO"}, 1, "unknown signal \\\"FOO\\\""},
    {{"kill", "--all", "stopped"}, 0, ""},
    {{"kill", "--all", "stopped", "9"}, 0, ""},
    {{"kill", "-a", "running", "0"}, 0, ""},
    {{"kill", "running", "FOO"}, 1, "unknown signal \\\"FOO\\\""},
    {{"kill", "running", ""}, 0, ""},  // SIGTERM; the guest is deaf
    {{"kill", "running", "0"}, 0, ""},
    {{"kill", "running", "SIGCONT"}, 0, ""},
    {{"kill", "running", "cont"}, 0, ""},
    {{"kill", "running", "+18"}, 0, ""},
    {{"kill", "running", "99"}, 1, "unable to signal init: invalid argument"},
    {{"kill", "running", "-9"}, 1, "unable to signal init: invalid argument"},
    {{"kill", "running", "STOP"}, 1, "unable to signal init"},
    {{"kill", "created", "0"}, 0, ""},
    {{"kill", "paused", "0"}, 0, ""},
    {{"delete", "running"}, 1, "cannot delete container running that is not stopped: running"},
    {{"delete", "paused"}, 1, "cannot delete container paused that is not stopped: paused"},
    {{"ps", "--format", "json", "stopped"}, 0, "", "null\n"},
    {{"update", "stopped"}, 1, "container not running"},
    {{"events", "--stats", "stopped"}, 1, "container with id stopped is not running"},
    {{"events", "--interval", "0", "stopped"}, 1, "duration interval must be greater than 0"},
    {{"checkpoint", "running"}, 1, "checkpoint is not supported for partitions"},
    {{"restore", "running"}, 1, "container with given ID already exists"},
    {{"list", "--format", "xml"}, 1, "invalid format option"},
    {{"list", "--quiet"}, 0, "", "created\npaused\nrunning\nstopped\n"},
    // These end what the others speak of.
    {{"delete", "created"}, 0, ""},
    {{"delete", "created"}, 1, "container does not exist"},
    {{"delete", "stopped"}, 0, ""},
    {{"delete", "--force", "running"}, 0, ""},
    {{"delete", "--force", "paused"}, 0, ""},
};

std::string shown(const Case& tried) {
    std::string line;
    for (const auto& word : tried.words) line += word + " ";
    return line;
}

TEST(Faults, AreAnsweredAsRuncAnswersThem) {
    Sandbox node("fake", "\"stop_timeout_s\": 86400");
    const std::string bundle = node.inmate_bundle("bundle", "deaf\nspin\n");
    for (const auto& [id, commands] : steps) {
        ASSERT_EQ(node.run({"create", "--bundle", bundle, id}).err, "");
        for (const auto& words : commands) ASSERT_EQ(node.run(words).err, "");
    }
    ASSERT_TRUE(Sandbox::eventually([&] {
        return node.run({"state", "stopped"}).out.find("\"stopped\",") != std::string::npos;
    }));
    for (const auto& tried : cases) {
        const Result result = node.run(tried.words);
        EXPECT_EQ(result.status, tried.status) << shown(tried) << result.err;
        EXPECT_EQ(result.out, tried.out) << shown(tried);
        const bool as_expected = tried.message.empty()
                                     ? result.err.empty()
                                     : result.err.find(tried.message) != std::string::npos;
        EXPECT_TRUE(as_expected) << shown(tried) << result.err;
    }
    EXPECT_TRUE(Sandbox::eventually([&] { return node.remains().empty(); })) << node.remains();
}

// Creating is the one command that has its faults in the bundle.
TEST(Faults, OfCreateAreRuncsToo) {
    Sandbox node("fake", "\"select\": \"all\"");
    const std::string bundle = node.inmate_bundle("bundle", "spin\n");
    const auto refused = [&](const std::vector<std::string>& words, const std::string& message) {
        const Result result = node.run(words);
        EXPECT_EQ(result.status, 1) << message;
        EXPECT_NE(result.err.find("create failed: " + message), std::string::npos) << result.err;
        EXPECT_EQ(node.remains(), "") << message;
    };
    refused({"create", "--bundle", node.dir() + "/nobundle", "x"},
            "chdir " + node.dir() + "/nobundle: no such file or directory");
    refused({"create", "--bundle", node.bundle("bad", "{bad"), "x"},
            "invalid character 'b' looking for beginning of object key string");
    refused({"create", "--bundle", node.bundle("empty", "{}"), "x"},
            "process property must not be empty");
    refused({"create", "--bundle", bundle, "a/b"}, "invalid container ID format");
    refused({"create", "--bundle", bundle, ".."}, "invalid container ID format");
    const std::string terminal = node.bundle(
        "terminal", R"({"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/",
            "args": ["x"], "terminal": true, "env": ["INMATE=/boot/inmate"]}})");
    run_program({"/bin/cp", "-r", bundle + "/rootfs", terminal + "/"});
    refused({"create", "--bundle", terminal, "x"},
            "cannot allocate tty if runc will detach without setting console socket");
}

// Engines tell 127 and 126 from these words, and only from a create that fails.
TEST(Faults, OfTheProgramAreToldByCreate) {
    Sandbox node("fake");
    node.configure(fake_linux_settings(node));
    const std::string bundle = fake_linux_bundle(node, "exit 0\n", "");
    const std::string log = node.dir() + "/log.json";
    ASSERT_EQ(::chmod((bundle + "/rootfs/program").c_str(), 0644), 0);
    const Result denied =
        node.run({"--log", log, "--log-format", "json", "create", "--bundle", bundle, "c"});
    EXPECT_EQ(denied.status, 1);
    EXPECT_NE(denied.err.find("create failed: unable to start container process: exec: "),
              std::string::npos)
        << denied.err;
    EXPECT_NE(read_text(log).find("exec: \\\"/program\\\": permission denied\""), std::string::npos)
        << read_text(log);
    EXPECT_EQ(node.remains(), "");
    std::filesystem::remove(bundle + "/rootfs/program");
    const Result missing = node.run({"run", "--bundle", bundle, "c"});
    EXPECT_EQ(missing.status, 1);
    EXPECT_NE(missing.err.find("run failed: unable to start container process: exec: "
                               "\\\"/program\\\": stat /program: no such file or directory"),
              std::string::npos)
        << missing.err;
    EXPECT_EQ(node.remains(), "");
}

}  // namespace
}  // namespace phi::test

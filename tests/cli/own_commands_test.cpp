// SPDX-License-Identifier: Apache-2.0
// The commands that need neither a container nor a hypervisor.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "core/base/json.hpp"
#include "node.hpp"

namespace phi::test {
namespace {

TEST(Spec, WritesAConfigOnce) {
    const Node node;
    std::filesystem::create_directories(node.dir() + "/new");
    const std::vector<std::string> words{"spec", "--bundle", node.dir() + "/new"};
    const Result first = node.run(words);
    EXPECT_EQ(first.status, 0) << first.err;
    EXPECT_EQ(first.out + first.err, "");
    const std::string file = node.dir() + "/new/config.json";
    const auto document = json::parse(read_text(file), "config.json");
    EXPECT_EQ(json::Node(document, "").at("process").strings("args"),
              std::vector<std::string>{"sh"});
    struct stat made {};
    ASSERT_EQ(::stat(file.c_str(), &made), 0);
    EXPECT_EQ(made.st_mode & 07777U, 0644U);

    write_text(file, "kept");
    const Result second = node.run(words);
    EXPECT_EQ(second.status, 1);
    EXPECT_EQ(message_of(second.err), "File config.json exists. Remove it first");
    EXPECT_EQ(read_text(file), "kept");
}

TEST(Features, IsOneJsonObject) {
    const Node node;
    const Result result = node.run({"features"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    const auto document = json::parse(result.out, "features");
    EXPECT_EQ(json::Node(document, "").at("ociVersionMin").as_string(), "1.0.0");
}

TEST(List, IsEmptyAsRuncsIs) {
    const Node node;
    EXPECT_EQ(node.run({"list"}).out,
              "ID          PID         STATUS      BUNDLE      CREATED     OWNER\n");
    EXPECT_EQ(node.run({"list", "-q"}).out, "");
    EXPECT_EQ(node.run({"list", "--format", "json"}).out, "null\n");
}

TEST(Detect, SaysThatThereIsNothing) {
    const Node node;
    const Result result = node.run({"detect"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("No backend fits this machine."), std::string::npos) << result.out;
}

TEST(Detect, ShowsABrokenBackendWithTheReason) {
    const Node node;
    std::filesystem::create_directories(node.dir() + "/backends/broken");
    write_text(node.dir() + "/backends/broken/plugin.json", "{", 0644);
    const Result result = node.run({"detect"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NE(result.out.find("\nbroken "), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("No backend fits this machine."), std::string::npos) << result.out;
}

TEST(Doctor, SaysWhatIsWrongAndWhatToDo) {
    const Node node;
    const Result result = node.run({"doctor"});
    EXPECT_EQ(result.status, 1) << result.err;
    EXPECT_NE(result.out.find("WRONG  backend   none fits this machine: none is installed in "),
              std::string::npos)
        << result.out;
    EXPECT_NE(result.out.find("-> install the backend"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("This node cannot run partitions: 2 things are wrong.\n"),
              std::string::npos)
        << result.out;
}

TEST(Doctor, TellsProgramsTheSame) {
    const Node node;
    const Result result = node.run({"doctor", "--json"});
    EXPECT_EQ(result.status, 1) << result.err;
    const auto document = json::parse(result.out, "doctor");
    const json::Node top(document, "");
    EXPECT_FALSE(top.at("able").as_bool());
    std::vector<std::string> wrong;
    top.at("findings").each([&](const json::Node& one) {
        if (one.at("level").as_string() == "wrong") wrong.push_back(one.at("subject").as_string());
    });
    EXPECT_EQ(wrong, (std::vector<std::string>{"backend", "board"}));
}

// The id of a backend is a command: its own tool.
TEST(Tool, ABackendsIdIsACommand) {
    const Node node;
    EXPECT_EQ(node.run({"broken", "show"}).status, 3);
    std::filesystem::create_directories(node.dir() + "/backends/broken");
    write_text(node.dir() + "/backends/broken/plugin.json", "{", 0644);
    const Result result = node.run({"broken", "show"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("backends/broken"), std::string::npos) << result.err;
}

TEST(Board, NeedsABackend) {
    const Node node;
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"board"}, {"board", "--discover"}, {"board", "--free"}}) {
        const Result result = node.run(words);
        EXPECT_EQ(result.status, 1);
        EXPECT_NE(result.err.find(node.dir() + "/backends"), std::string::npos) << result.err;
    }
}

TEST(Board, IsWrittenOnlyWhenItIsDiscovered) {
    const Node node;
    const Result result = node.run({"board", node.dir() + "/board.json"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("only with --discover, --cdi or --labels is it written"),
              std::string::npos)
        << result.err;
    EXPECT_FALSE(std::filesystem::exists(node.dir() + "/board.json"));
}

TEST(Board, IsPrintedInOneForm) {
    const Node node;
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"board", "--cdi", "--labels"}, {"board", "--free", "--discover"}}) {
        const Result result = node.run(words);
        EXPECT_EQ(result.status, 1);
        EXPECT_NE(result.err.find("is enough"), std::string::npos) << result.err;
    }
}

TEST(Board, OfDevicesAContainerEngineIsToldInAFile) {
    const Node node;
    std::filesystem::remove(node.dir() + "/board.json");
    write_text(node.dir() + "/board.json", R"({
      "format": "runphi.board/1", "name": "b", "cpus": { "ids": "0-1" },
      "memory": { "pools": [ { "name": "ram", "base": "0x80000000", "size": "1G" } ] },
      "devices": [ { "name": "uart1" } ] })",
               0644);
    const std::string file = node.dir() + "/cdi.json";
    const Result result = node.run({"board", "--cdi", file});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out, "");
    const auto document = json::parse(read_text(file), file);
    json::Node(document, file).at("devices").each([](const json::Node& device) {
        EXPECT_EQ(device.at("name").as_string(), "uart1");
    });
    EXPECT_EQ(node.run({"board", "--labels", file}).status, 1) << "there is no backend";
}

TEST(Restore, IsRefusedForWhatRuncDoesNotTake) {
    const Node node;
    const Result result = node.run({"restore", "x"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(message_of(result.err).find("restore is not supported for partitions"),
              std::string::npos);
}

}  // namespace
}  // namespace phi::test

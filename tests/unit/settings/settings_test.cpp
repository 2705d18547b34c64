// SPDX-License-Identifier: Apache-2.0
#include "core/settings/settings.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/base/error.hpp"

namespace phi {
namespace {

Settings read(const std::string& text) {
    return Settings::parse(text, "runphi.json");
}

std::string refusal(const std::string& text) {
    try {
        read(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid);
        return error.message();
    }
    return "accepted";
}

TEST(Settings, AreTheDefaultsWhenEmpty) {
    const Settings settings = read("{}");
    EXPECT_EQ(settings.select, Settings::Select::marked);
    EXPECT_EQ(settings.runc, "");
    EXPECT_EQ(settings.backend, "");
    EXPECT_EQ(settings.state_dir, "/run/runPHI");
    EXPECT_EQ(settings.default_memory, 256ULL << 20);
    EXPECT_EQ(settings.default_cpus, 1U);
    EXPECT_EQ(settings.stop_timeout_s, 30U);
    EXPECT_TRUE(settings.granting_annotations.empty());
    EXPECT_TRUE(settings.image_dirs.empty());
    EXPECT_EQ(settings.for_backend("qemu"), "{}");
}

TEST(Settings, EveryKeyIsRead) {
    const Settings settings = read(R"({
        "select": "all", "runc": "/opt/runc", "backend": "qemu", "backends_dir": "/b",
        "state_dir": "/s", "board": "/board", "guest_dir": "/g", "log_file": "/l",
        "defaults": {"memory": "64M", "cpus": 2}, "stop_timeout_s": 0,
        "annotations": ["org.runphi.devices", "org.runphi.xen.sched"], "image_dirs": ["/i", "/j"],
        "backend_settings": {"qemu": {"kvm": false}, "xen": {}}
    })");
    EXPECT_EQ(settings.select, Settings::Select::all);
    EXPECT_EQ(settings.runc, "/opt/runc");
    EXPECT_EQ(settings.backend, "qemu");
    EXPECT_EQ(settings.backends_dir, "/b");
    EXPECT_EQ(settings.state_dir, "/s");
    EXPECT_EQ(settings.board, "/board");
    EXPECT_EQ(settings.guest_dir, "/g");
    EXPECT_EQ(settings.log_file, "/l");
    EXPECT_EQ(settings.default_memory, 64ULL << 20);
    EXPECT_EQ(settings.default_cpus, 2U);
    EXPECT_EQ(settings.stop_timeout_s, 0U);
    EXPECT_EQ(settings.granting_annotations,
              (std::vector<std::string>{"org.runphi.devices", "org.runphi.xen.sched"}));
    EXPECT_EQ(settings.image_dirs, (std::vector<std::string>{"/i", "/j"}));
    EXPECT_EQ(settings.for_backend("qemu"), R"({"kvm":false})");
    EXPECT_EQ(settings.for_backend("xen"), "{}");
    EXPECT_EQ(settings.for_backend("bao"), "{}");
}

TEST(Settings, UnknownKeysAreNamed) {
    EXPECT_EQ(refusal(R"({"Select": "all"})"), "runphi.json: Select: unknown key");
    EXPECT_EQ(refusal(R"({"defaults": {"vcpus": 1}})"), "runphi.json: defaults.vcpus: unknown key");
}

TEST(Settings, WrongValuesAreNamed) {
    EXPECT_EQ(
        refusal(R"({"select": "most"})"),
        "runphi.json: select: expected \"marked\", \"all\" or \"none\", found a string \"most\"");
    EXPECT_EQ(refusal(R"({"stop_timeout_s": 86401})"),
              "runphi.json: stop_timeout_s: expected an integer from 0 to 86400, found the number "
              "86401");
    EXPECT_EQ(refusal(R"({"image_dirs": ["/a", "b"]})"),
              "runphi.json: image_dirs[1]: expected an absolute path, found a string \"b\"");
    EXPECT_EQ(refusal("[]"), "runphi.json: expected an object, found an array");
    EXPECT_EQ(refusal("{"), "runphi.json: offset 1: unexpected end of JSON input");
}

TEST(Settings, MemoryIsANumberOrASize) {
    const auto memory = [](const std::string& value) {
        return read(R"({"defaults": {"memory": )" + value + "}}").default_memory;
    };
    EXPECT_EQ(memory("1048576"), 1ULL << 20);
    EXPECT_EQ(memory("\"1M\""), 1ULL << 20);
    EXPECT_EQ(memory("\"2G\""), 2ULL << 30);
    EXPECT_EQ(memory("\"256T\""), 256ULL << 40);
    for (const char* wrong : {"1048575", "\"1023K\"", "\"257T\"", "\"\"", "\"64 M\"", "\"-1M\"",
                              "\"64MB\"", "-1", "1.5", "true", "[]", "\"99999999999999999999\""}) {
        EXPECT_EQ(refusal(std::string(R"({"defaults": {"memory": )") + wrong + "}}")
                      .rfind("runphi.json: defaults.memory: expected a size", 0),
                  0U)
            << wrong;
    }
}

TEST(Settings, RangesAreChecked) {
    for (const char* wrong : {R"({"defaults": {"cpus": 0}})",
                              R"({"defaults": {"cpus": 8193}})",
                              R"({"defaults": {"cpus": -1}})",
                              R"({"stop_timeout_s": -1})",
                              R"({"runc": "runc"})",
                              R"({"runc": ""})",
                              R"({"state_dir": "run/x"})",
                              R"({"board": "/a\u0000b"})",
                              R"({"backend": ""})",
                              R"({"backend": "../x"})",
                              R"({"backend": "Qemu"})",
                              R"({"backend": "my_own"})",
                              R"({"backend_settings": {"a/b": {}}})",
                              R"({"backend_settings": {"qemu": []}})",
                              R"({"annotations": ["org.runphi.device"]})",
                              R"({"annotations": ["org.runphi.xen."]})",
                              R"({"annotations": ["org.runphi..sched"]})",
                              R"({"annotations": ["org.runphi.X.y"]})",
                              R"({"annotations": "org.runphi.devices"})",
                              R"({"annotations": [1]})",
                              R"({"defaults": []})"}) {
        EXPECT_NE(refusal(wrong), "accepted") << wrong;
    }
    EXPECT_EQ(refusal(R"({"runc": null, "defaults": null})"), "accepted");
}

// RUNPHI_CONFIG, and a folder for the file that it names.
class SettingsFile : public testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/runphi-settings-XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        dir_ = name;
        file_ = dir_ + "/runphi.json";
        std::ofstream(file_) << R"({"backend": "qemu"})";
        ASSERT_EQ(::chmod(file_.c_str(), 0644), 0);
        ::setenv("RUNPHI_CONFIG", file_.c_str(), 1);
    }
    void TearDown() override {
        ::unsetenv("RUNPHI_CONFIG");
        std::filesystem::remove_all(dir_);
    }
    static std::string load_refusal() {
        try {
            Settings::load();
        } catch (const Error& error) {
            return error.message();
        }
        return "accepted";
    }
    std::string dir_;
    std::string file_;
};

TEST_F(SettingsFile, IsTheOneThatTheEnvironmentNames) {
    EXPECT_EQ(Settings::load().backend, "qemu");
}

TEST_F(SettingsFile, MustBeThereWhenItIsNamed) {
    std::filesystem::remove(file_);
    EXPECT_EQ(load_refusal(), "open " + file_ + ": no such file or directory");
}

TEST_F(SettingsFile, MustBeTrusted) {
    ASSERT_EQ(::chmod(file_.c_str(), 0666), 0);
    EXPECT_NE(load_refusal().find("others than root may write it"), std::string::npos);
    ASSERT_EQ(::chmod(file_.c_str(), 0644), 0);
    EXPECT_EQ(load_refusal(), "accepted");
    ASSERT_EQ(::chown(dir_.c_str(), 1000, 1000), 0);
    EXPECT_EQ(load_refusal(), dir_ + ": belongs to user 1000, not to root");
}

TEST_F(SettingsFile, MustBeNamedAbsolutely) {
    ::setenv("RUNPHI_CONFIG", "runphi.json", 1);
    EXPECT_EQ(load_refusal(), "\"runphi.json\": not an absolute path");
}

TEST_F(SettingsFile, IsNamedInItsErrors) {
    std::ofstream(file_) << R"({"backends": "qemu"})";
    EXPECT_EQ(load_refusal(), file_ + ": backends: unknown key");
}

TEST_F(SettingsFile, MayNotBeEndless) {
    std::ofstream(file_) << "{" << std::string(2U << 20, ' ') << "}";
    EXPECT_EQ(load_refusal(), file_ + ": larger than 1 MiB");
}

}  // namespace
}  // namespace phi

// SPDX-License-Identifier: Apache-2.0
// runphi-configure --handler: beside runc, told to each engine.
#include <gtest/gtest.h>

#include <filesystem>

#include "node_tree.hpp"
#include "support/errors.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* containerd_file = "/etc/containerd/config.toml";
constexpr const char* docker_file = "/etc/docker/daemon.json";
constexpr const char* podman_file = "/etc/containers/containers.conf.d/50-runphi.conf";
constexpr const char* crio_file = "/etc/crio/crio.conf.d/50-runphi.conf";
constexpr const char* containerd_config =
    "version = 2\n\n[plugins]\n  [plugins.\"io.containerd.grpc.v1.cri\"]\n"
    "    [plugins.\"io.containerd.grpc.v1.cri\".cni]\n      bin_dir = \"/usr/lib/cni\"";

class Handler : public testing::Test {
  protected:
    Handler() {
        for (const char* engine :
             {"/usr/bin/containerd", "/usr/sbin/dockerd", "/usr/bin/podman", "/usr/bin/crio"}) {
            node_.put(engine, "");
        }
        node_.put(containerd_file, containerd_config);
        node_.put(
            docker_file,
            "{\"bridge\": \"none\", \"runtimes\": {\"kata\": {\"path\": \"/usr/bin/kata\"}}}");
    }
    void expect_refused(const std::string& words) const {
        const auto before = node_.everything();
        const Result result = node_.configure({"-a", "--handler"});
        EXPECT_EQ(result.status, 1) << result.out;
        EXPECT_TRUE(mentions(result.err, words)) << result.err;
        EXPECT_EQ(node_.changed_since(before), "");
    }

    NodeTree node_;
};

TEST_F(Handler, EachEngineIsToldAndForgetsItAgain) {
    const auto before = node_.everything();
    const Result result = node_.configure({"-a", "--handler"});
    ASSERT_EQ(result.status, 0) << result.err;
    for (const char* engine : {"containerd", "Docker", "Podman", "CRI-O"}) {
        EXPECT_TRUE(mentions(result.out, std::string(engine) + " knows the runtime \"runphi\""))
            << result.out;
    }
    const std::string containerd = node_.read(containerd_file);
    EXPECT_TRUE(containerd.starts_with(std::string(containerd_config) + "\n")) << containerd;
    EXPECT_TRUE(
        mentions(containerd,
                 "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runphi.options]\n"
                 "  BinaryName = \"/usr/bin/runphi\"\n"))
        << containerd;
    const std::string docker = node_.read(docker_file);
    for (const char* kept : {"\"bridge\": \"none\"", "/usr/bin/kata", "/usr/bin/runphi"}) {
        EXPECT_TRUE(mentions(docker, kept)) << docker;
    }
    EXPECT_TRUE(mentions(node_.read(podman_file), "runphi = [\"/usr/bin/runphi\"]"));
    EXPECT_TRUE(mentions(node_.read(crio_file), "runtime_path = \"/usr/bin/runphi\""));
    EXPECT_EQ(node_.version_of("/usr/sbin/runc"), "runc version 1.1.5");
    EXPECT_EQ(node_.configure({"--check"}).status, 0);
    EXPECT_TRUE(mentions(node_.configure({"-a", "--handler"}).out, "is installed already"));

    ASSERT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(node_.changed_since(before), "");
}

TEST_F(Handler, WhatOthersHaveChangedSinceStays) {
    ASSERT_EQ(node_.configure({"-a", "--handler"}).status, 0);
    node_.put(containerd_file, node_.read(containerd_file) + "[debug]\n  level = \"debug\"\n");
    node_.put(docker_file, "{\"runtimes\": {}, \"debug\": true}");
    node_.put("/etc/crio/crio.conf.d/60-other.conf", "");
    const Result result = node_.configure({"-r"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(node_.read(containerd_file),
              std::string(containerd_config) + "\n[debug]\n  level = \"debug\"\n");
    EXPECT_TRUE(mentions(result.out, "/etc/docker/daemon.json has been changed since"))
        << result.out;
    EXPECT_EQ(node_.read(docker_file), "{\"runtimes\": {}, \"debug\": true}");
    EXPECT_FALSE(fs::exists(node_.at(crio_file)));
    EXPECT_TRUE(fs::exists(node_.at("/etc/crio/crio.conf.d/60-other.conf")));
}

TEST_F(Handler, WithoutAConfigurationOneIsWritten) {
    fs::remove_all(node_.at("/etc/containerd"));
    fs::remove_all(node_.at("/etc/docker"));
    const auto before = node_.everything();
    ASSERT_EQ(node_.configure({"-a", "--handler"}).status, 0);
    EXPECT_TRUE(node_.read(containerd_file).starts_with("version = 2\n"));
    EXPECT_TRUE(mentions(node_.read(docker_file), "/usr/bin/runphi"));
    ASSERT_EQ(node_.configure({"-r"}).status, 0);
    EXPECT_EQ(node_.changed_since(before), "");
}

TEST_F(Handler, TheThirdVersionOfContainerdsFileHasOtherNames) {
    node_.put(containerd_file, "version = 3\n");
    ASSERT_EQ(node_.configure({"-a", "--handler"}).status, 0);
    EXPECT_TRUE(mentions(node_.read(containerd_file),
                         "[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.runphi]"));
}

TEST_F(Handler, AFileThatCannotBeAddedToIsRefused) {
    node_.put(containerd_file, "root = \"/srv/containerd\"\n[plugins]\n");
    expect_refused("has no line \"version = 2\"");
    node_.put(containerd_file,
              "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runphi]\n");
    expect_refused("has a runtime \"runphi\" that is not ours");
    node_.put(containerd_file, containerd_config);
    node_.put(docker_file, "{\"runtimes\": ");
    expect_refused("/etc/docker/daemon.json");
    node_.put(docker_file, "{\"runtimes\": []}");
    expect_refused("\"runtimes\" is no object");
    node_.put(docker_file, "{\"runtimes\": {\"runphi\": {\"path\": \"/opt/other\"}}}");
    expect_refused("has a runtime \"runphi\" that is not ours");
}

}  // namespace
}  // namespace phi::test

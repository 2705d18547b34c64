// SPDX-License-Identifier: Apache-2.0
// How a bind mount reaches the guest, and what its options come to.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/boot/bind_options.hpp"
#include "core/boot/bind_way.hpp"
#include "core/boot/mounts.hpp"
#include "support.hpp"

namespace phi::boot {
namespace {

using test::Machine;

oci::Mount bound(const std::string& source, const std::string& destination,
                 std::vector<std::string> options = {"rbind", "rprivate"}) {
    return {destination, "bind", source, std::move(options)};
}

struct Way {
    const char* destination;
    bool read_only;
    BindWay with_share, without;  // without an annotation
};

TEST(BindWay, WithoutAnAnnotation) {
    using enum BindWay;
    const Way table[] = {
        {"/data", false, share, refuse},
        {"/data", true, share, copy},
        {"/etc/hosts", false, copy, copy},
        {"/etc/hostname", false, copy, copy},
        {"/etc/resolv.conf", true, copy, copy},
        {"/etc/passwd", false, copy, copy},
        {"/run/.containerenv", false, copy, copy},
        {"/var/run/.containerenv", false, copy, copy},
        {"/etc/hosts.d", false, share, refuse},
        // The kubelet reads it when the container has ended.
        {"/dev/termination-log", false, share, copy},
        // They change while the container runs.
        {"/run/secrets", false, share, copy},
        {"/var/run/secrets/kubernetes.io/serviceaccount", true, share, copy},
        {"/run/secretsX", false, share, refuse},
    };
    for (const Way& row : table) {
        const BindFacts facts{row.destination, row.destination, row.read_only, false};
        EXPECT_EQ(bind_way(facts, BindWish::automatic, true), row.with_share) << row.destination;
        EXPECT_EQ(bind_way(facts, BindWish::automatic, false), row.without) << row.destination;
    }
}

TEST(BindWay, TheAnnotationDecides) {
    const BindFacts writable{"/data", "/data", false, false};
    const BindFacts read_only{"/data", "/data", true, false};
    const BindFacts hosts{"/etc/hosts", "/etc/hosts", false, false};
    EXPECT_EQ(bind_way(writable, BindWish::copy, true), BindWay::copy);
    EXPECT_EQ(bind_way(writable, BindWish::copy, false), BindWay::copy);
    EXPECT_EQ(bind_way(read_only, BindWish::share, true), BindWay::share);
    EXPECT_EQ(bind_way(read_only, BindWish::share, false), BindWay::refuse);
    EXPECT_EQ(bind_way(hosts, BindWish::share, true), BindWay::copy);
}

TEST(BindWay, AnEngineFileIsKnownByEitherName) {
    EXPECT_EQ(bind_way({"/etc/resolv.conf", "/run/systemd/resolv", false, false},
                       BindWish::automatic, true),
              BindWay::copy);
    EXPECT_EQ(bind_way({"/hosts", "/etc/hosts", false, false}, BindWish::automatic, true),
              BindWay::copy);
}

TEST(BindWay, ACopyThatAShareWouldHideIsShared) {
    EXPECT_EQ(bind_way({"/etc/hosts", "/etc/hosts", false, true}, BindWish::automatic, true),
              BindWay::share);
}

TEST(BindWish, OtherValuesAreRefused) {
    oci::Spec spec;
    EXPECT_EQ(bind_wish(spec), BindWish::automatic);
    spec.annotations["org.runphi.binds"] = "never";
    EXPECT_EQ(test::error_of([&] { bind_wish(spec); }).code(), Code::invalid);
}

struct Options {
    std::vector<std::string> given;
    bool recursive, read_only, follows_host;
    std::vector<std::string> guest;
};

TEST(BindOptions, AreReadAsMountDoes) {
    const Options table[] = {
        {{}, false, false, true, {}},
        {{"bind"}, false, false, true, {}},
        {{"rbind", "rprivate", "ro"}, true, true, false, {"ro"}},
        {{"rbind", "rslave", "ro", "rw"}, true, false, true, {}},
        {{"rbind", "rshared"}, true, false, true, {}},
        {{"rbind", "private", "slave"}, true, false, true, {}},
        {{"bind", "rro"}, false, true, true, {"ro"}},
        {{"bind", "ro", "rrw"}, false, false, true, {}},
        {{"bind", "nosuid", "nodev", "noexec", "relatime", "z"},
         false,
         false,
         true,
         {"nosuid", "nodev", "noexec"}},
        {{"bind", "rnosuid", "suid", "rnodev"}, false, false, true, {"nodev"}},
    };
    for (const Options& row : table) {
        const BindOptions found = bind_options(bound("/s", "/d", row.given));
        const std::string what = ::testing::PrintToString(row.given);
        EXPECT_EQ(found.recursive, row.recursive) << what;
        EXPECT_EQ(found.read_only, row.read_only) << what;
        EXPECT_EQ(found.follows_host, row.follows_host) << what;
        EXPECT_EQ(found.guest, row.guest) << what;
    }
    const Error error = test::error_of([] { bind_options(bound("/s", "/d", {"bind", "idmap"})); });
    EXPECT_EQ(error.code(), Code::unsupported);
}

class Shared : public ::testing::Test {
  protected:
    Shared() {
        machine_.dir.directory("volume");
        machine_.dir.file("file", "x");
        machine_.dir.file("hosts", "127.0.0.1 localhost");
        machine_.image_file("data/hidden", "x");
    }
    // The mounts of the configuration that the guest gets, '|' between their fields.
    std::string pack() {
        InitramfsOptions options = machine_.options();
        options.can_share = true;
        packed_ = pack_initramfs(Rootfs::open(machine_.rootfs_path), machine_.spec, options);
        members_ = test::by_name(test::read_all(packed_.archive.get()));
        std::string out;
        const std::string config = members_.at(".runphi/config").data;
        for (std::size_t at = 0; at < config.size(); at += std::string(&config[at]).size() + 1) {
            std::string record = &config[at];
            std::replace(record.begin(), record.end(), '\x1f', '|');
            if (record.starts_with("mount=") || record.starts_with("bind")) out += record + "\n";
        }
        return out;
    }

    Machine machine_;
    Initramfs packed_;
    std::map<std::string, test::Member> members_;
};

TEST_F(Shared, DirectoriesAndFilesBecomeEntries) {
    machine_.spec.mounts = {
        bound(machine_.dir / "volume", "/data"), bound(machine_.dir / "hosts", "/etc/hosts"),
        bound(machine_.dir / "file", "/etc/app.conf", {"bind", "ro", "nosuid", "rslave"})};
    EXPECT_EQ(pack(),
              "mount=share|0|/data|\nmount=share|1|/etc/app.conf|ro,nosuid\nbindrw=/etc/hosts\n");
    ASSERT_EQ(packed_.shared.size(), 2U);
    const SharedBind& volume = packed_.shared[0];
    EXPECT_EQ(volume.path, machine_.dir / "volume");
    EXPECT_EQ(volume.destination, "/data");
    EXPECT_TRUE(volume.source);
    EXPECT_TRUE(volume.is_directory && volume.recursive);
    EXPECT_FALSE(volume.read_only || volume.follows_host);
    const SharedBind& file = packed_.shared[1];
    EXPECT_FALSE(file.is_directory || file.recursive);
    EXPECT_TRUE(file.read_only && file.follows_host);
    // Their places are there, and nothing of what they hide.
    EXPECT_EQ(members_.at("data").mode, S_IFDIR | 0755U);
    EXPECT_EQ(members_.count("data/hidden"), 0U);
    EXPECT_EQ(members_.at("etc/app.conf").data, "");
}

TEST_F(Shared, KeepTheOrderOfTheMounts) {
    machine_.spec.mounts = {{"/data", "tmpfs", "tmpfs", {}},
                            bound(machine_.dir / "volume", "/data/volume"),
                            {"/data/volume/tmp", "tmpfs", "tmpfs", {}},
                            bound(machine_.dir / "file", "/data/volume/file")};
    EXPECT_EQ(pack(),
              "mount=tmpfs|tmpfs|/data|\nmount=share|0|/data/volume|\n"
              "mount=tmpfs|tmpfs|/data/volume/tmp|\nmount=share|1|/data/volume/file|\n");
}

TEST_F(Shared, WhatALaterMountHidesIsNoEntry) {
    machine_.spec.mounts = {bound(machine_.dir / "file", "/data/file"),
                            bound(machine_.dir / "volume", "/data")};
    EXPECT_EQ(pack(), "mount=share|0|/data|\n");
    ASSERT_EQ(packed_.shared.size(), 1U);
    EXPECT_EQ(packed_.shared[0].destination, "/data");
}

TEST_F(Shared, AnEngineFileBelowAShareIsSharedToo) {
    machine_.spec.mounts = {bound(machine_.dir / "volume", "/etc"),
                            bound(machine_.dir / "hosts", "/etc/hosts")};
    EXPECT_EQ(pack(), "mount=share|0|/etc|\nmount=share|1|/etc/hosts|\n");
}

// The hooks of an engine may write them once more.
TEST_F(Shared, EngineFilesAreKnownAndReplaced) {
    machine_.spec.mounts = {bound(machine_.dir / "volume", "/data"),
                            bound(machine_.dir / "hosts", "/etc/hosts"),
                            bound(machine_.dir / "file", "/run/secrets/name")};
    pack();
    ASSERT_EQ(packed_.engine_files.size(), 1U);
    const EngineFile& hosts = packed_.engine_files[0];
    EXPECT_EQ(hosts.destination, "/etc/hosts");
    EXPECT_EQ(hosts.place, "etc/hosts");
    machine_.dir.file("hosts", "10.1.0.2 me", 0640);
    EXPECT_EQ(read_engine_file(hosts), "10.1.0.2 me");
    append_engine_file(packed_.archive.get(), hosts);
    std::string again = test::read_all(packed_.archive.get());
    const auto second = test::by_name(again.substr(again.rfind("etc/hosts") - 110));
    EXPECT_EQ(second.at("etc/hosts").data, "10.1.0.2 me");
    EXPECT_EQ(second.at("etc/hosts").mode, S_IFREG | 0640U);

    machine_.spec.mounts.push_back({"/etc", "tmpfs", "tmpfs", {}});
    pack();
    EXPECT_TRUE(packed_.engine_files.empty()) << "it is hidden";
}

TEST_F(Shared, CopiesWhenThatIsAskedFor) {
    machine_.spec.annotations["org.runphi.binds"] = "copy";
    machine_.spec.mounts = {bound(machine_.dir / "volume", "/data")};
    EXPECT_EQ(pack(), "bindrw=/data\n");
    EXPECT_TRUE(packed_.shared.empty());
}

TEST_F(Shared, NeitherSocketsNorWhatIsTheKernels) {
    machine_.dir.node("socket", S_IFSOCK | 0600);
    for (const std::string& source : {machine_.dir / "socket", std::string("/proc/self")}) {
        machine_.spec.mounts = {bound(source, "/x")};
        EXPECT_EQ(test::error_of([&] { pack(); }).code(), Code::unsupported) << source;
    }
}

// A guest that mounts nothing.
TEST(UnusableBinds, OnlyWhatWasToBeWrittenIsRefused) {
    oci::Spec spec;
    spec.mounts = {bound("/h", "/etc/hosts"),
                   bound("/t", "/dev/termination-log"),
                   bound("/s", "/dev/shm"),
                   bound("/c", "/config", {"bind", "ro"}),
                   {"/tmp", "tmpfs", "tmpfs", {}}};
    EXPECT_NO_THROW(refuse_unusable_binds(spec));
    spec.mounts.push_back(bound("/v", "/data"));
    const Error error = test::error_of([&] { refuse_unusable_binds(spec); });
    EXPECT_EQ(error.code(), Code::unsupported);
    EXPECT_NE(error.message().find("mount \"/v\" to \"/data\""), std::string::npos);
    spec.annotations["org.runphi.binds"] = "copy";
    EXPECT_NO_THROW(refuse_unusable_binds(spec));
}

}  // namespace
}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#include "core/boot/mounts.hpp"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <filesystem>

#include "support.hpp"

namespace phi::boot {
namespace {

using test::Machine;
using Records = std::vector<std::string>;

Records records(const std::string& archive) {
    const std::string config = test::by_name(archive).at(".runphi/config").data;
    Records out;
    std::size_t at = 0;
    while (at < config.size()) {
        std::string record = config.c_str() + at;
        at += record.size() + 1;
        std::replace(record.begin(), record.end(), '\x1f', '|');
        if (record.starts_with("mount=") || record.starts_with("bind")) out.push_back(record);
    }
    return out;
}

oci::Mount bound_recursively(const std::string& source, const std::string& destination,
                             const std::string& mode = "ro") {
    return {destination, "bind", source, {"rbind", "rprivate", mode}};
}

TEST(Mounts, TheKernelsFileSystemsGoToTheGuest) {
    Machine machine;
    machine.image_file("proc/left-over", "x");
    machine.spec.mounts = {
        {"/proc", "proc", "proc", {"nosuid"}},
        {"/dev", "tmpfs", "tmpfs", {"nosuid", "mode=755", "size=65536k"}},
        {"/dev/pts", "devpts", "devpts", {"newinstance", "ptmxmode=0666"}},
        {"/dev/shm", "tmpfs", "shm", {"mode=1777"}},
        {"/dev/mqueue", "mqueue", "mqueue", {}},
        {"/sys", "sysfs", "sysfs", {"ro"}},
        {"/sys/fs/cgroup", "cgroup", "cgroup", {"ro"}},
    };
    const std::string archive = machine.pack();
    EXPECT_EQ(records(archive),
              (Records{"mount=proc|proc|/proc|nosuid",
                       "mount=tmpfs|tmpfs|/dev|nosuid,mode=755,size=65536k",
                       "mount=devpts|devpts|/dev/pts|newinstance,ptmxmode=0666",
                       "mount=tmpfs|shm|/dev/shm|mode=1777", "mount=mqueue|mqueue|/dev/mqueue|",
                       "mount=sysfs|sysfs|/sys|ro", "mount=cgroup|cgroup|/sys/fs/cgroup|ro"}));
    const auto members = test::by_name(archive);
    EXPECT_EQ(members.at("sys").mode, S_IFDIR | 0755U);
    // It would be packed only to be hidden.
    EXPECT_EQ(members.count("proc/left-over"), 0U);
}

TEST(Mounts, ReadOnlyBindsAreCopiedIn) {
    Machine machine;
    machine.dir.file("bundle-file", "of the bundle");
    machine.dir.file("source/deep/file", "deep", 0640);
    machine.dir.symlink("source/link", "/etc/shadow");
    machine.image_file("data/hidden", "x");
    machine.spec.mounts = {bound_recursively(machine.dir / "source", "/data"),
                           bound_recursively("bundle-file", "/new/place/file")};
    const std::string archive = machine.pack();
    EXPECT_EQ(records(archive), (Records{"bindro=/data", "bindro=/new/place/file"}));
    const auto members = test::by_name(archive);
    EXPECT_EQ(members.at("data/deep/file").data, "deep");
    EXPECT_EQ(members.at("data/deep/file").mode, S_IFREG | 0640U);
    EXPECT_EQ(members.at("data/link").data, "/etc/shadow");
    EXPECT_EQ(members.count("data/hidden"), 0U);
    EXPECT_EQ(members.at("new/place").mode, S_IFDIR | 0755U);
    EXPECT_EQ(members.at("new/place/file").data, "of the bundle");
}

TEST(Mounts, TheEnginesFilesMayBeWritable) {
    Machine machine;
    machine.dir.file("engine", "127.0.0.1 localhost");
    machine.dir.directory("secrets");
    machine.image_file("etc/hosts", "");
    machine.dir.symlink("rootfs/var/run", "/run");
    machine.spec.mounts = {bound_recursively(machine.dir / "engine", "/etc/hosts", "rw"),
                           bound_recursively(machine.dir / "engine", "/etc/hostname", "rw"),
                           bound_recursively(machine.dir / "engine", "/etc/resolv.conf", "rw"),
                           bound_recursively(machine.dir / "engine", "/run/.containerenv", "rw"),
                           bound_recursively(machine.dir / "secrets", "/var/run/secrets", "rw")};
    const std::string archive = machine.pack();
    EXPECT_EQ(records(archive),
              (Records{"bindrw=/etc/hosts", "bindrw=/etc/hostname", "bindrw=/etc/resolv.conf",
                       "bindrw=/run/.containerenv", "bindrw=/run/secrets"}));
    EXPECT_EQ(test::by_name(archive).at("etc/hosts").data, "127.0.0.1 localhost");
}

// What podman, docker and containerd's CRI write into config.json.
TEST(Mounts, SharedMemoryOfTheEngineBecomesATmpfs) {
    Machine machine;
    machine.dir.file("shm/of-another", "x");
    machine.spec.mounts = {{"/dev", "tmpfs", "tmpfs", {"mode=755"}},
                           bound_recursively(machine.dir / "shm", "/dev/shm", "rw")};
    const std::string archive = machine.pack();
    EXPECT_EQ(records(archive),
              (Records{"mount=tmpfs|tmpfs|/dev|mode=755",
                       "mount=tmpfs|shm|/dev/shm|nosuid,noexec,nodev,mode=1777"}));
    EXPECT_EQ(test::by_name(archive).count("dev/shm/of-another"), 0U);
}

TEST(Mounts, ABindBelowATmpfsKeepsTheDirectoryAsPacked) {
    Machine machine;
    machine.dir.file("log", "");
    machine.image_file("dev/left-over", "x");
    machine.spec.mounts = {{"/dev", "tmpfs", "tmpfs", {"mode=750", "uid=3"}},
                           bound_recursively(machine.dir / "log", "/dev/termination-log", "rw")};
    const std::string archive = machine.pack();
    EXPECT_EQ(records(archive), (Records{"mount=tmpfs|tmpfs|/dev|mode=750,uid=3,tmpcopyup",
                                         "bindrw=/dev/termination-log"}));
    const auto members = test::by_name(archive);
    EXPECT_EQ(members.at("dev").mode, S_IFDIR | 0750U);
    EXPECT_EQ(members.at("dev").uid, 3U);
    EXPECT_EQ(members.count("dev/termination-log"), 1U);
    EXPECT_EQ(members.count("dev/left-over"), 0U);
}

TEST(Mounts, TmpcopyupKeepsWhatTheImageHas) {
    Machine machine;
    machine.image_file("run/lock/file", "kept");
    machine.spec.mounts = {{"/run", "tmpfs", "tmpfs", {"rw", "tmpcopyup"}}};
    const std::string archive = machine.pack();
    EXPECT_EQ(records(archive), Records{"mount=tmpfs|tmpfs|/run|rw,tmpcopyup"});
    EXPECT_EQ(test::by_name(archive).at("run/lock/file").data, "kept");
}

TEST(Mounts, TmpcopyupTakesTheModeAndOwnerAsked) {
    Machine machine;
    machine.image_file("run/file", "kept");
    machine.spec.mounts = {{"/run", "tmpfs", "tmpfs", {"mode=1777", "gid=4", "tmpcopyup"}},
                           {"/scratch", "tmpfs", "tmpfs", {"mode=1770", "uid=3", "tmpcopyup"}}};
    const auto members = test::by_name(machine.pack());
    EXPECT_EQ(members.at("run").mode, S_IFDIR | 01777U);
    EXPECT_EQ(members.at("run").gid, 4U);
    EXPECT_EQ(members.at("run/file").data, "kept");
    EXPECT_EQ(members.at("scratch").mode, S_IFDIR | 01770U);
    EXPECT_EQ(members.at("scratch").uid, 3U);
}

TEST(Mounts, LaterMountsHideEarlierOnes) {
    Machine machine;
    machine.dir.file("one/file", "1");
    machine.dir.file("one/only", "1");
    machine.dir.file("two/file", "2");
    machine.spec.mounts = {bound_recursively(machine.dir / "two", "/m/inner"),
                           bound_recursively(machine.dir / "one", "/m"),
                           bound_recursively(machine.dir / "two", "/m/new"),
                           {"/t", "tmpfs", "tmpfs", {}},
                           bound_recursively(machine.dir / "one", "/t"),
                           bound_recursively(machine.dir / "one", "/gone"),
                           {"/gone", "tmpfs", "tmpfs", {}}};
    const std::string archive = machine.pack();
    EXPECT_EQ(records(archive),
              (Records{"mount=tmpfs|tmpfs|/gone|", "bindro=/m", "bindro=/m/new", "bindro=/t"}));
    const auto members = test::by_name(archive);
    EXPECT_EQ(members.count("m/inner"), 0U);
    EXPECT_EQ(members.at("m/only").data, "1");
    EXPECT_EQ(members.at("m/new/file").data, "2");
    EXPECT_EQ(members.count("gone/file"), 0U);
}

TEST(Mounts, DestinationsAreResolvedInTheImage) {
    Machine machine;
    machine.dir.file("file", "x");
    machine.dir.directory("outside");
    machine.dir.symlink("rootfs/abs", "/real");
    machine.dir.symlink("rootfs/up", "../../outside");
    machine.spec.mounts = {bound_recursively(machine.dir / "file", "/abs/f"),
                           bound_recursively(machine.dir / "file", "/up/f"),
                           bound_recursively(machine.dir / "file", "/../../g"),
                           bound_recursively(machine.dir / "file", "relative")};
    const auto members = test::by_name(machine.pack());
    for (const char* name : {"real/f", "outside/f", "g", "relative"}) {
        EXPECT_EQ(members.count(name), 1U) << name;
    }
    // Nothing of it happened on the host.
    EXPECT_FALSE(std::filesystem::exists(machine.dir / "outside/f"));
}

TEST(Mounts, WritableBindsAreCopiedOnlyWhenTheLossIsAccepted) {
    Machine machine;
    machine.dir.file("volume/file", "x");
    machine.spec.mounts = {bound_recursively(machine.dir / "volume", "/data", "rw")};
    machine.spec.annotations["org.runphi.binds"] = "copy";
    EXPECT_EQ(records(machine.pack()), Records{"bindrw=/data"});
    machine.spec.annotations["org.runphi.binds"] = "auto";
    const Error error = test::error_of([&] { machine.pack(); });
    EXPECT_EQ(error.code(), Code::unsupported);
    EXPECT_NE(error.hint().find("org.runphi.binds=copy"), std::string::npos);
}

struct BadMount {
    const char* name;
    std::function<oci::Mount(const Machine&)> make;
    Code code;
    const char* words;
};

std::vector<BadMount> bad_mounts() {
    const auto no = Code::unsupported;
    const auto of = [](oci::Mount mount) { return [=](const Machine&) { return mount; }; };
    return {
        {"writable directory",
         [](const Machine& m) { return bound_recursively(m.dir / "source", "/data", "rw"); }, no,
         "writable"},
        {"no mode is writable",
         [](const Machine& m) {
             return oci::Mount{"/data", "bind", m.dir / "source", {"bind"}};
         },
         no, "writable"},
        {"the last option counts",
         [](const Machine& m) {
             return oci::Mount{"/data", "", m.dir / "source", {"bind", "ro", "rw"}};
         },
         no, "writable"},
        {"device", of(bound_recursively("/dev/null", "/dev/x")), no, "a character device"},
        {"socket", [](const Machine& m) { return bound_recursively(m.dir / "socket", "/s"); }, no,
         "a socket"},
        {"FIFO", [](const Machine& m) { return bound_recursively(m.dir / "fifo", "/s"); }, no,
         "a FIFO"},
        {"/proc", of(bound_recursively("/proc", "/host/proc")), no, "belongs to the host's kernel"},
        {"in /proc", of(bound_recursively("/proc/cpuinfo", "/cpuinfo")), no,
         "belongs to the host's kernel"},
        {"/sys", of(bound_recursively("/sys", "/host/sys")), no, "belongs to the host's kernel"},
        {"/dev", of(bound_recursively("/dev", "/host/dev")), no, "belongs to the host's kernel"},
        {"a link to /proc",
         [](const Machine& m) { return bound_recursively(m.dir / "to-proc", "/p"); }, no,
         "belongs to the host's kernel"},
        {"missing source", [](const Machine& m) { return bound_recursively(m.dir / "none", "/x"); },
         Code::not_found, "no such file or directory"},
        {"empty source", of(bound_recursively("", "/x", "rw")), no, "writable"},
        {"the root", [](const Machine& m) { return bound_recursively(m.dir / "source", "/"); }, no,
         "root"},
        {"the root by ..", of({"/..", "tmpfs", "tmpfs", {}}), no, "root"},
        {"our folder",
         [](const Machine& m) { return bound_recursively(m.dir / "source", "/.runphi/x"); }, no,
         "reserved"},
        {"our folder by a link",
         [](const Machine& m) { return bound_recursively(m.dir / "source", "/to-runphi/init"); },
         no, "reserved"},
        {"our folder as a tmpfs", of({"/.runphi", "tmpfs", "tmpfs", {}}), no, "reserved"},
        {"directory over a file",
         [](const Machine& m) { return bound_recursively(m.dir / "source", "/etc/passwd"); }, no,
         "the destination is not a directory"},
        {"file over a directory",
         [](const Machine& m) { return bound_recursively(m.dir / "source/file", "/etc"); }, no,
         "the destination is a directory"},
        {"tmpfs over a file", of({"/etc/passwd", "tmpfs", "tmpfs", {}}), no, "not a directory"},
        {"through a file",
         [](const Machine& m) { return bound_recursively(m.dir / "source", "/etc/passwd/x"); },
         Code::invalid, "not a directory"},
        {"through a loop",
         [](const Machine& m) { return bound_recursively(m.dir / "source", "/loop/x"); },
         Code::invalid, "too many levels"},
        {"disk", of({"/mnt", "ext4", "/dev/sda1", {}}), no, "\"ext4\""},
        {"network", of({"/mnt", "nfs", "server:/", {}}), no, "\"nfs\""},
        {"overlay", of({"/mnt", "overlay", "overlay", {"lowerdir=/etc"}}), no, "\"overlay\""},
        {"no type", of({"/mnt", "", "x", {}}), no, "type"},
        {"shared memory that is none",
         [](const Machine& m) { return bound_recursively(m.dir / "source/file", "/dev/shm"); }, no,
         "not a directory"},
    };
}

TEST(Mounts, WhatCannotBeHonouredIsRefusedByName) {
    Machine machine;
    machine.dir.file("source/file", "x");
    machine.dir.node("socket", S_IFSOCK | 0600);
    machine.dir.node("fifo", S_IFIFO | 0600);
    machine.dir.symlink("to-proc", "/proc/self");
    machine.image_file("etc/passwd", "root");
    machine.dir.symlink("rootfs/to-runphi", ".runphi");
    machine.dir.symlink("rootfs/loop", "loop");
    for (const auto& bad : bad_mounts()) {
        const oci::Mount mount = bad.make(machine);
        machine.spec.mounts = {mount};
        const Error error = test::error_of([&] { machine.pack(); });
        EXPECT_EQ(error.code(), bad.code) << bad.name << ": " << error.message();
        EXPECT_NE(error.message().find(bad.words), std::string::npos)
            << bad.name << ": " << error.message();
        EXPECT_EQ(error.message().rfind(
                      "mount \"" + mount.source + "\" to \"" + mount.destination + "\": ", 0),
                  0U)
            << error.message();
    }
}

TEST(Mounts, ABindBelowTheGuestsProcIsRefused) {
    Machine machine;
    machine.dir.file("file", "x");
    machine.spec.mounts = {{"/proc", "proc", "proc", {}},
                           bound_recursively(machine.dir / "file", "/proc/cpuinfo")};
    const Error error = test::error_of([&] { machine.pack(); });
    EXPECT_NE(error.message().find("below the proc of the guest at /proc"), std::string::npos)
        << error.message();
}

}  // namespace
}  // namespace phi::boot

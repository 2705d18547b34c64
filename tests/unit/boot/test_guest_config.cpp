// SPDX-License-Identifier: Apache-2.0
#include "core/boot/guest_config.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support.hpp"

namespace phi::boot {
namespace {

// One record a line; what is not printable in the format is made so.
std::string shown(std::string config) {
    EXPECT_TRUE(config.ends_with('\0'));
    std::replace(config.begin(), config.end(), '\0', '\n');
    std::replace(config.begin(), config.end(), '\x1f', '|');
    return config;
}

Place place(std::vector<std::string> path) {
    Place out;
    out.path = std::move(path);
    return out;
}

TEST(GuestConfig, OfTheSmallestProcess) {
    oci::Spec spec;
    spec.process.emplace().args = {"/bin/sh"};
    EXPECT_EQ(shown(guest_config(spec, {})),
              "format=1\n"
              "arg=/bin/sh\n"
              "cwd=/\n"
              "uid=0\n"
              "gid=0\n"
              "terminal=0\n"
              "nnp=0\n"
              "readonly=0\n");
}

TEST(GuestConfig, TheLastOfAVariableCounts) {
    oci::Process process;
    process.args = {"x"};
    process.env = {"A=1", "B=2", "odd", "A=3", "AB=4", "B=", "odd"};
    EXPECT_NE(shown(guest_process(process)).find("arg=x\nenv=A=3\nenv=AB=4\nenv=B=\nenv=odd\ncwd"),
              std::string::npos)
        << shown(guest_process(process));
}

TEST(GuestConfig, OfEverythingAProcessCanHave) {
    oci::Spec spec;
    auto& process = spec.process.emplace();
    process.args = {"sh", "-c", "echo \"a=b\"\nexit 3", ""};
    process.env = {"PATH=/bin", "EMPTY=", "EQ==="};
    process.cwd = "/srv/work dir";
    process.user = {1000, 4294967294U, 0027, {10, 20}};
    process.terminal = true;
    process.console_height = 24;
    process.console_width = 80;
    process.no_new_privileges = true;
    process.oom_score_adj = -500;
    process.rlimits = {{"RLIMIT_NOFILE", 1024, 18446744073709551615ULL}};
    process.capabilities = oci::Capabilities{{"CAP_CHOWN", "CAP_CHECKPOINT_RESTORE"},
                                             {"CAP_CHOWN"},
                                             {},
                                             {"CAP_NET_ADMIN", "CAP_FROM_THE_FUTURE"},
                                             {}};
    spec.hostname = "host";
    spec.domainname = "domain";
    spec.root_readonly = true;
    spec.sysctl = {{"net.ipv4.ip_forward", "1"}, {"kernel.domainname", "a=b"}};
    spec.masked_paths = {"/proc/kcore"};
    spec.readonly_paths = {"/proc/sys"};
    GuestMounts mounts;
    mounts.mounts = {{"proc", "proc", place({"proc"}), {}},
                     {"tmpfs", "tmpfs", place({"dev"}), {"nosuid", "mode=755"}}};
    mounts.read_only = {place({"etc", "config"})};
    mounts.writable = {place({"etc", "hosts"})};
    EXPECT_EQ(shown(guest_config(spec, mounts)),
              "format=1\n"
              "arg=sh\n"
              "arg=-c\n"
              "arg=echo \"a=b\"\nexit 3\n"
              "arg=\n"
              "env=PATH=/bin\n"
              "env=EMPTY=\n"
              "env=EQ===\n"
              "cwd=/srv/work dir\n"
              "uid=1000\n"
              "gid=4294967294\n"
              "group=10\n"
              "group=20\n"
              "umask=27\n"
              "terminal=1\n"
              "rows=24\n"
              "cols=80\n"
              "nnp=1\n"
              "oom=-500\n"
              "rlimit=RLIMIT_NOFILE 1024 18446744073709551615\n"
              "caps=1\n"
              "capbnd=0000010000000001\n"
              "capeff=0000000000000001\n"
              "capinh=0000000000000000\n"
              "capprm=0000000000001000\n"
              "capamb=0000000000000000\n"
              "hostname=host\n"
              "domainname=domain\n"
              "readonly=1\n"
              "mount=proc|proc|/proc|\n"
              "mount=tmpfs|tmpfs|/dev|nosuid,mode=755\n"
              "bindro=/etc/config\n"
              "bindrw=/etc/hosts\n"
              "sysctl=kernel.domainname=a=b\n"
              "sysctl=net.ipv4.ip_forward=1\n"
              "masked=/proc/kcore\n"
              "readonlypath=/proc/sys\n");
}

TEST(GuestConfig, NeedsAProcess) {
    oci::Spec spec;
    EXPECT_EQ(test::error_of([&] { guest_config(spec, {}); }).message(),
              "process property must not be empty");
    spec.process.emplace();
    EXPECT_THROW(guest_config(spec, {}), Error);
}

TEST(GuestConfig, NothingCanForgeARecord) {
    const std::string forged("x\0uid=0", 7);
    const std::vector<std::function<void(oci::Spec&, GuestMounts&)>> cases{
        [&](oci::Spec& s, GuestMounts&) { s.process->args = {forged}; },
        [&](oci::Spec& s, GuestMounts&) { s.process->env = {forged}; },
        [&](oci::Spec& s, GuestMounts&) { s.process->cwd = forged; },
        [&](oci::Spec& s, GuestMounts&) {
            s.process->rlimits = {{forged, 1, 1}};
        },
        [&](oci::Spec& s, GuestMounts&) { s.hostname = forged; },
        [&](oci::Spec& s, GuestMounts&) { s.domainname = forged; },
        [&](oci::Spec& s, GuestMounts&) {
            s.sysctl = {{"a", forged}};
        },
        [&](oci::Spec& s, GuestMounts&) {
            s.sysctl = {{"a=b", "c"}};
        },
        [&](oci::Spec& s, GuestMounts&) {
            s.sysctl = {{"", "c"}};
        },
        [&](oci::Spec& s, GuestMounts&) { s.masked_paths = {forged}; },
        [&](oci::Spec& s, GuestMounts&) { s.readonly_paths = {forged}; },
        [&](oci::Spec&, GuestMounts& m) { m.read_only = {place({forged})}; },
        [&](oci::Spec&, GuestMounts& m) {
            m.mounts = {{"proc", forged, place({"p"}), {}}};
        },
        [&](oci::Spec&, GuestMounts& m) {
            m.mounts = {{"proc",
                         "a\x1f"
                         "b",
                         place({"p"}),
                         {}}};
        },
        [&](oci::Spec&, GuestMounts& m) {
            m.mounts = {{"proc", "p", place({"a\x1f"}), {}}};
        },
        [&](oci::Spec&, GuestMounts& m) {
            m.mounts = {{"proc", "p", place({"p"}), {"\x1f"}}};
        },
    };
    for (std::size_t i = 0; i < cases.size(); ++i) {
        oci::Spec spec;
        spec.process.emplace().args = {"x"};
        GuestMounts mounts;
        cases[i](spec, mounts);
        EXPECT_EQ(test::error_of([&] { guest_config(spec, mounts); }).code(), Code::invalid) << i;
    }
}

}  // namespace
}  // namespace phi::boot

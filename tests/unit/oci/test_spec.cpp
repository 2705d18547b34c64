// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "core/base/error.hpp"
#include "core/oci/spec.hpp"
#include "sample.hpp"

namespace phi::oci {
namespace {

using Strings = std::vector<std::string>;

TEST(Spec, HasTheProcess) {
    const Spec spec = parse_spec(test::sample);
    const Process& process = spec.process.value();
    EXPECT_TRUE(process.terminal);
    EXPECT_EQ(process.console_height, 24);
    EXPECT_EQ(process.console_width, 80);
    EXPECT_EQ(process.user.uid, 1000U);
    EXPECT_EQ(process.user.gid, 1001U);
    EXPECT_EQ(process.user.umask, 022U);
    EXPECT_EQ(process.user.additional_gids, (std::vector<std::uint32_t>{5, 6}));
    EXPECT_EQ(process.args, (Strings{"/bin/app", "-v"}));
    EXPECT_EQ(process.env, (Strings{"PATH=/bin", "KERNEL=/boot/Image"}));
    EXPECT_EQ(process.cwd, "/work");
    ASSERT_TRUE(process.capabilities);
    EXPECT_EQ(process.capabilities->bounding, Strings{"CAP_KILL"});
    EXPECT_EQ(process.capabilities->effective, Strings{"CAP_CHOWN"});
    EXPECT_EQ(process.capabilities->inheritable, Strings{"CAP_BPF"});
    EXPECT_EQ(process.capabilities->permitted, Strings{"CAP_MKNOD"});
    EXPECT_EQ(process.capabilities->ambient, Strings{"CAP_SETUID"});
    ASSERT_EQ(process.rlimits.size(), 1U);
    EXPECT_EQ(process.rlimits[0].type, "RLIMIT_NOFILE");
    EXPECT_EQ(process.rlimits[0].soft, 1024U);
    EXPECT_EQ(process.rlimits[0].hard, 4096U);
    EXPECT_TRUE(process.no_new_privileges);
    EXPECT_EQ(process.oom_score_adj, -500);
}

TEST(Spec, HasTheRestOfTheTop) {
    const Spec spec = parse_spec(test::sample);
    EXPECT_EQ(spec.version, "1.3.0");
    EXPECT_EQ(spec.root_path, "rootfs");
    EXPECT_TRUE(spec.root_readonly);
    EXPECT_EQ(spec.hostname, "box");
    EXPECT_EQ(spec.domainname, "example.org");
    ASSERT_EQ(spec.mounts.size(), 1U);
    EXPECT_EQ(spec.mounts[0].destination, "/data");
    EXPECT_EQ(spec.mounts[0].type, "bind");
    EXPECT_EQ(spec.mounts[0].source, "/srv");
    EXPECT_EQ(spec.mounts[0].options, (Strings{"rbind", "ro"}));
    ASSERT_EQ(spec.hooks.prestart.size(), 1U);
    EXPECT_EQ(spec.hooks.prestart[0].path, "/a");
    EXPECT_EQ(spec.hooks.prestart[0].args, (Strings{"a", "1"}));
    EXPECT_EQ(spec.hooks.prestart[0].env, Strings{"X=1"});
    EXPECT_EQ(spec.hooks.prestart[0].timeout_s, 3U);
    EXPECT_EQ(spec.hooks.create_runtime.at(0).path, "/b");
    EXPECT_EQ(spec.hooks.create_container.at(0).path, "/c");
    EXPECT_EQ(spec.hooks.start_container.at(0).path, "/d");
    EXPECT_EQ(spec.hooks.poststart.at(0).path, "/e");
    EXPECT_EQ(spec.hooks.poststop.at(0).path, "/f");
    EXPECT_FALSE(spec.hooks.poststop.at(0).timeout_s);
}

TEST(Spec, HasTheLinuxSection) {
    const Spec spec = parse_spec(test::sample);
    ASSERT_EQ(spec.namespaces.size(), 2U);
    EXPECT_EQ(spec.namespaces[0].type, "pid");
    EXPECT_EQ(spec.namespaces[0].path, "");
    EXPECT_EQ(spec.namespaces[1].path, "/proc/7/ns/net");
    EXPECT_EQ(spec.cgroups_path, "/docker/x");
    EXPECT_EQ(spec.resources.memory_limit, 67108864);
    EXPECT_EQ(spec.resources.cpu_quota, 150000);
    EXPECT_EQ(spec.resources.cpu_period, 100000U);
    EXPECT_EQ(spec.resources.cpus, "0,2-3");
    EXPECT_EQ(spec.sysctl.at("net.ipv4.ip_forward"), "1");
    EXPECT_EQ(spec.masked_paths, Strings{"/proc/kcore"});
    EXPECT_EQ(spec.device_paths, Strings{"/dev/fuse"});
    EXPECT_EQ(spec.readonly_paths, Strings{"/proc/sys"});
}

void expect_vm(const Vm& vm) {
    EXPECT_EQ(vm.hypervisor_path, "/usr/bin/vmm");
    EXPECT_EQ(vm.hypervisor_parameters, Strings{"-x"});
    EXPECT_EQ(vm.kernel_path, "/boot/Image");
    EXPECT_EQ(vm.kernel_parameters, (Strings{"quiet", "a=b c"}));
    EXPECT_EQ(vm.kernel_initrd, "/boot/rd");
    EXPECT_EQ(vm.image_path, "/disk.img");
    EXPECT_EQ(vm.image_format, "qcow2");
}

TEST(Spec, HasTheVmSection) {
    const Spec spec = parse_spec(test::sample);
    ASSERT_TRUE(spec.vm);
    expect_vm(*spec.vm);
    ASSERT_TRUE(spec.vm->hw_config);
    const HwConfig& hw = *spec.vm->hw_config;
    EXPECT_EQ(hw.device_tree, "/boot/x.dtb");
    EXPECT_EQ(hw.vcpus, 2U);
    EXPECT_EQ(hw.memory, 1ULL << 32);
    EXPECT_EQ(hw.dtdevs, Strings{"soc/uart"});
    ASSERT_EQ(hw.iomems.size(), 2U);
    // Without a guest frame, the machine's own.
    EXPECT_EQ(hw.iomems[0].first_gfn, 12288U);
    EXPECT_EQ(hw.iomems[0].first_mfn, 12288U);
    EXPECT_EQ(hw.iomems[0].count, 1U);
    EXPECT_EQ(hw.iomems[1].first_gfn, 12544U);
    EXPECT_EQ(hw.iomems[1].first_mfn, 33024U);
    EXPECT_EQ(hw.irqs, (std::vector<std::uint32_t>{11, 22}));
}

// What the specification's own Go types write for a section with nothing but sizes.
TEST(Spec, TakesTheVmSectionThatGoWrites) {
    const Spec spec = parse_spec(test::changed("/vm", R"({"hypervisor": {"path": ""},
        "kernel": {"path": ""}, "image": {"path": "", "format": ""},
        "hwconfig": {"vcpus": 3, "memory": 18446744073709551615}})"));
    ASSERT_TRUE(spec.vm && spec.vm->hw_config);
    EXPECT_EQ(spec.vm->kernel_path, "");
    EXPECT_EQ(spec.vm->image_path, "");
    EXPECT_EQ(spec.vm->image_format, "");
    EXPECT_EQ(spec.vm->hw_config->vcpus, 3U);
    EXPECT_EQ(spec.vm->hw_config->memory, std::numeric_limits<std::uint64_t>::max());
}

TEST(Spec, TakesTheLastFrameOfTheAddressSpace) {
    const Spec spec = parse_spec(
        test::changed("/vm/hwConfig/iomems", R"([{"firstMFN": 4503599627370495, "nrMFNs": 1}])"));
    EXPECT_EQ(spec.vm->hw_config->iomems.at(0).first_mfn, (1ULL << 52) - 1);
}

TEST(Spec, ImageFormatIsRawUnlessGiven) {
    EXPECT_EQ(parse_spec(test::changed("/vm/image/format", "")).vm->image_format, "raw");
}

TEST(Spec, MinusOneAndZeroAreNoLimit) {
    for (const char* none : {"-1", "0"}) {
        EXPECT_FALSE(parse_spec(test::changed("/linux/resources/memory/limit", none))
                         .resources.memory_limit);
        EXPECT_FALSE(
            parse_spec(test::changed("/linux/resources/cpu/quota", none)).resources.cpu_quota);
    }
    EXPECT_FALSE(
        parse_spec(test::changed("/linux/resources/cpu/period", "0")).resources.cpu_period);
}

TEST(Spec, TakesTheEdgesOfTheRanges) {
    const auto uid = parse_spec(test::changed("/process/user/uid", "4294967295"));
    EXPECT_EQ(uid.process->user.uid, 4294967295U);
    const auto limit =
        parse_spec(test::changed("/linux/resources/memory/limit", "9223372036854775807"));
    EXPECT_EQ(limit.resources.memory_limit, std::numeric_limits<std::int64_t>::max());
    const auto rlimit = parse_spec(test::changed(
        "/process/rlimits/0",
        R"({"type": "RLIMIT_CORE", "soft": 18446744073709551615, "hard": 18446744073709551615})"));
    EXPECT_EQ(rlimit.process->rlimits.at(0).hard, std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(parse_spec(test::changed("/process/oomScoreAdj", "-1000")).process->oom_score_adj,
              -1000);
    EXPECT_EQ(parse_spec(test::changed("/linux/resources/cpu/quota", "1000")).resources.cpu_quota,
              1000);
}

TEST(Spec, TakesVersionsThatEnginesWrite) {
    for (const char* version : {"\"1.0.0\"", "\"1.0.0-rc5\"", "\"1.0.1-dev\"", "\"1.0.2-dev\"",
                                "\"1.1.0+dev\"", "\"1.2.1\"", "\"1.3.0\"", "\"1.9.12\""}) {
        EXPECT_NO_THROW(parse_spec(test::changed("/ociVersion", version))) << version;
    }
}

TEST(Spec, RefusesAVersionAsUnsupported) {
    try {
        parse_spec(test::changed("/ociVersion", "\"2.0.0\""));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unsupported);
        EXPECT_EQ(error.hint(), "versions 1.0.0 to 1.3.0 are");
    }
}

TEST(Spec, NullIsAbsent) {
    for (const char* place :
         {"/mounts", "/hooks", "/annotations", "/linux", "/vm", "/hostname", "/process/env",
          "/process/capabilities", "/process/rlimits", "/process/user", "/process/consoleSize",
          "/hooks/prestart", "/linux/resources", "/linux/resources/cpu", "/linux/namespaces",
          "/linux/maskedPaths", "/vm/hwConfig", "/vm/kernel", "/mounts/0/options"}) {
        EXPECT_NO_THROW(parse_spec(test::changed(place, "null"))) << place;
    }
}

TEST(Spec, UnknownKeysAreIgnored) {
    for (const char* place :
         {"/x", "/process/x", "/process/user/username", "/root/x", "/mounts/0/uidMappings",
          "/hooks/x", "/linux/seccomp", "/linux/resources/pids", "/vm/x", "/vm/hwConfig/x"}) {
        EXPECT_NO_THROW(parse_spec(test::changed(place, "{\"deep\": [1.5, null, true]}"))) << place;
    }
}

TEST(Spec, RelativeDestinationCountsFromTheRoot) {
    const Spec spec = parse_spec(test::changed("/mounts/0/destination", "\"data\""));
    EXPECT_EQ(spec.mounts[0].destination, "/data");
}

TEST(Spec, TypeOfAnotherMountIsKept) {
    const Spec spec = parse_spec(test::changed(
        "/mounts/0", R"({"destination": "/proc", "type": "proc", "source": "proc"})"));
    EXPECT_EQ(spec.mounts[0].type, "proc");
}

TEST(Spec, UmaskKeepsWhatTheKernelLooksAt) {
    const Spec spec = parse_spec(test::changed("/process/user/umask", "4294967295"));
    EXPECT_EQ(spec.process->user.umask, 0777U);
}

TEST(Spec, FindsEnvironmentAndAnnotations) {
    const Spec spec = parse_spec(
        test::changed("/process/env", R"(["KERNEL=/a", "KERNELS=/x", "EMPTY=", "KERNEL=/b=c"])"));
    ASSERT_NE(spec.environment("KERNEL"), nullptr);
    EXPECT_EQ(*spec.environment("KERNEL"), "/b=c");
    ASSERT_NE(spec.environment("EMPTY"), nullptr);
    EXPECT_EQ(*spec.environment("EMPTY"), "");
    EXPECT_EQ(spec.environment("KERN"), nullptr);
    EXPECT_EQ(Spec().environment("KERNEL"), nullptr);
    ASSERT_NE(spec.annotation("org.runphi.guest"), nullptr);
    EXPECT_EQ(*spec.annotation("org.runphi.guest"), "linux");
    EXPECT_EQ(spec.annotation("org.runphi"), nullptr);
}

TEST(Spec, EnvironmentStaysGoodWhileOthersAreAsked) {
    const Spec spec = parse_spec(test::changed("/process/env", R"(["A=1", "B=2"])"));
    const std::string* a = spec.environment("A");
    const std::string* b = spec.environment("B");
    EXPECT_EQ(*a, "1");
    EXPECT_EQ(*b, "2");
}

}  // namespace
}  // namespace phi::oci

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/base/error.hpp"
#include "core/oci/spec.hpp"
#include "sample.hpp"

namespace phi::oci {
namespace {

std::string refusal(const std::string& text) {
    try {
        parse_spec(text);
    } catch (const Error& error) {
        return error.message();
    }
    return "(accepted)";
}

struct Change {
    const char* place;
    const char* value;
    const char* message;
};

class BadSpec : public testing::TestWithParam<Change> {};

TEST_P(BadSpec, IsRefusedWithItsPlace) {
    EXPECT_EQ(refusal(test::changed(GetParam().place, GetParam().value)), GetParam().message);
}

constexpr Change top[] = {
    {"/ociVersion", "", "config.json: ociVersion: missing"},
    {"/ociVersion", "\"\"", "config.json: ociVersion: missing"},
    {"/ociVersion", "1", "config.json: ociVersion: expected a string, found the number 1"},
    {"/ociVersion", "\"1.0\"", "config.json: ociVersion: \"1.0\" is no version"},
    {"/ociVersion", "\"1.0.x\"", "config.json: ociVersion: \"1.0.x\" is no version"},
    {"/ociVersion", "\"-dev\"", "config.json: ociVersion: \"-dev\" is no version"},
    {"/ociVersion", "\"9.0.0\"", "config.json: ociVersion: \"9.0.0\" is not supported"},
    {"/ociVersion", "\"0.6.0\"", "config.json: ociVersion: \"0.6.0\" is not supported"},
    {"/root", "", "root must be specified"},
    {"/root", "null", "root must be specified"},
    {"/root", "\"rootfs\"", "config.json: root: expected an object, found a string \"rootfs\""},
    {"/root/path", "", "config.json: root.path: missing"},
    {"/root/path", "\"\"", "config.json: root.path: must not be empty"},
    {"/root/path", "\"a\\u0000b\"", "config.json: root.path: holds a NUL byte"},
    {"/root/readonly", "1",
     "config.json: root.readonly: expected true or false, found the number 1"},
    {"/hostname", "[]", "config.json: hostname: expected a string, found an array"},
    {"/hostname", "\"a\\u0000\"", "config.json: hostname: holds a NUL byte"},
    {"/hostname", "\"01234567890123456789012345678901234567890123456789012345678901234\"",
     "config.json: hostname: 65 bytes long, at most 64 fit"},
    {"/domainname", "\"01234567890123456789012345678901234567890123456789012345678901234\"",
     "config.json: domainname: 65 bytes long, at most 64 fit"},
    {"/annotations", "[]", "config.json: annotations: expected an object, found an array"},
    {"/annotations/x", "7", "config.json: annotations.x: expected a string, found the number 7"},
    {"/annotations/", "\"v\"", "config.json: annotations: a key must not be empty"},
    {"/annotations/x", "\"\\u0000\"", "config.json: annotations.x: holds a NUL byte"},
};
INSTANTIATE_TEST_SUITE_P(Top, BadSpec, testing::ValuesIn(top));

constexpr Change process_section[] = {
    {"/process", "", "process property must not be empty"},
    {"/process", "null", "process property must not be empty"},
    {"/process", "[]", "config.json: process: expected an object, found an array"},
    {"/process/cwd", "", "Cwd property must not be empty"},
    {"/process/cwd", "\"\"", "Cwd property must not be empty"},
    {"/process/cwd", "\"work\"", "Cwd must be an absolute path"},
    {"/process/cwd", "\"/a\\u0000\"", "config.json: process.cwd: holds a NUL byte"},
    {"/process/args", "", "args must not be empty"},
    {"/process/args", "[]", "args must not be empty"},
    {"/process/args", "\"sh\"",
     "config.json: process.args: expected an array, found a string \"sh\""},
    {"/process/args/1", "3", "config.json: process.args[1]: expected a string, found the number 3"},
    {"/process/args/1", "null", "config.json: process.args[1]: expected a string, found null"},
    {"/process/args/1", "\"\\u0000\"", "config.json: process.args[1]: holds a NUL byte"},
    {"/process/env/0", "\"PATH\"", "invalid environment variable: \"PATH\""},
    {"/process/env/0", "\"=x\"", "environment variable name can't be empty: \"=x\""},
    {"/process/env/0", "\"A=\\u0000\"", "config.json: process.env[0]: holds a NUL byte"},
    {"/process/env", "{}", "config.json: process.env: expected an array, found an object"},
    {"/process/terminal", "\"yes\"",
     "config.json: process.terminal: expected true or false, found a string \"yes\""},
    {"/process/consoleSize/height", "65536",
     "config.json: process.consoleSize.height: expected an integer from 0 to 65535, found the "
     "number 65536"},
    {"/process/consoleSize/width", "", "config.json: process.consoleSize.width: missing"},
    {"/process/user", "\"root\"",
     "config.json: process.user: expected an object, found a string \"root\""},
    {"/process/user/uid", "-1",
     "config.json: process.user.uid: expected an integer from 0 to 4294967295, found the number "
     "-1"},
    {"/process/user/uid", "4294967296",
     "config.json: process.user.uid: expected an integer from 0 to 4294967295, found the number "
     "4294967296"},
    {"/process/user/gid", "1.5",
     "config.json: process.user.gid: expected an integer from 0 to 4294967295, found the number "
     "1.5"},
    {"/process/user/gid", "1e3",
     "config.json: process.user.gid: expected an integer from 0 to 4294967295, found the number "
     "1000.0"},
    {"/process/user/umask", "\"022\"",
     "config.json: process.user.umask: expected an integer from 0 to 4294967295, found a string "
     "\"022\""},
    {"/process/user/additionalGids/1", "-5",
     "config.json: process.user.additionalGids[1]: expected an integer from 0 to 4294967295, found "
     "the number -5"},
    {"/process/capabilities", "[\"CAP_KILL\"]",
     "config.json: process.capabilities: expected an object, found an array"},
    {"/process/capabilities/bounding/0", "1",
     "config.json: process.capabilities.bounding[0]: expected a string, found the number 1"},
    {"/process/rlimits/0/type", "", "config.json: process.rlimits[0].type: missing"},
    {"/process/rlimits/0/type", "\"RLIMIT_FOO\"", "wrong rlimit value: RLIMIT_FOO"},
    {"/process/rlimits/0/soft", "", "config.json: process.rlimits[0].soft: missing"},
    {"/process/rlimits/0/soft", "-1",
     "config.json: process.rlimits[0].soft: expected a non-negative integer, found the number -1"},
    {"/process/rlimits/0/soft", "4097",
     "config.json: process.rlimits[0]: the soft limit 4097 is above the hard limit 4096"},
    {"/process/rlimits/1", R"({"type": "RLIMIT_NOFILE", "soft": 1, "hard": 1})",
     "config.json: process.rlimits[1]: \"RLIMIT_NOFILE\" is given twice"},
    {"/process/oomScoreAdj", "1001",
     "config.json: process.oomScoreAdj: expected an integer from -1000 to 1000, found the number "
     "1001"},
    {"/process/oomScoreAdj", "0.5",
     "config.json: process.oomScoreAdj: expected an integer from -1000 to 1000, found the number "
     "0.5"},
    {"/process/noNewPrivileges", "0",
     "config.json: process.noNewPrivileges: expected true or false, found the number 0"},
};
INSTANTIATE_TEST_SUITE_P(Process, BadSpec, testing::ValuesIn(process_section));

constexpr Change mounts_and_hooks[] = {
    {"/mounts", "{}", "config.json: mounts: expected an array, found an object"},
    {"/mounts/0", "\"/data\"",
     "config.json: mounts[0]: expected an object, found a string \"/data\""},
    {"/mounts/0/destination", "", "config.json: mounts[0].destination: missing"},
    {"/mounts/0/destination", "\"\"", "config.json: mounts[0].destination: must not be empty"},
    {"/mounts/0/destination", "\"/a\\u0000b\"",
     "config.json: mounts[0].destination: holds a NUL byte"},
    {"/mounts/0/source", "\"\\u0000\"", "config.json: mounts[0].source: holds a NUL byte"},
    {"/mounts/0/options/0", "false",
     "config.json: mounts[0].options[0]: expected a string, found false"},
    {"/hooks", "[]", "config.json: hooks: expected an object, found an array"},
    {"/hooks/prestart", "{}", "config.json: hooks.prestart: expected an array, found an object"},
    {"/hooks/prestart/0/path", "", "config.json: hooks.prestart[0].path: missing"},
    {"/hooks/prestart/0/path", "\"\"", "config.json: hooks.prestart[0].path: must not be empty"},
    {"/hooks/prestart/0/path", "\"bin/x\"",
     "config.json: hooks.prestart[0].path: \"bin/x\" is not an absolute path"},
    {"/hooks/prestart/0/timeout", "0",
     "config.json: hooks.prestart[0].timeout: expected an integer from 1 to 2147483647, found the "
     "number 0"},
    {"/hooks/prestart/0/timeout", "-3",
     "config.json: hooks.prestart[0].timeout: expected an integer from 1 to 2147483647, found the "
     "number -3"},
    {"/hooks/poststop/0/args", "[1]",
     "config.json: hooks.poststop[0].args[0]: expected a string, found the number 1"},
    {"/hooks/createRuntime/0/env", "\"A=1\"",
     "config.json: hooks.createRuntime[0].env: expected an array, found a string \"A=1\""},
};
INSTANTIATE_TEST_SUITE_P(MountsAndHooks, BadSpec, testing::ValuesIn(mounts_and_hooks));

constexpr Change linux_section[] = {
    {"/linux", "7", "config.json: linux: expected an object, found the number 7"},
    {"/linux/namespaces", "{}",
     "config.json: linux.namespaces: expected an array, found an object"},
    {"/linux/namespaces/0/type", "", "config.json: linux.namespaces[0].type: missing"},
    {"/linux/namespaces/0/type", "\"foo\"", "namespace {\"foo\" \"\"} does not exist"},
    {"/linux/namespaces/1/type", "\"pid\"",
     "malformed spec file: duplicated ns {\"pid\" \"/proc/7/ns/net\"}"},
    {"/linux/namespaces/1/path", "\"ns/net\"",
     "config.json: linux.namespaces[1].path: \"ns/net\" is not an absolute path"},
    {"/linux/cgroupsPath", "5",
     "config.json: linux.cgroupsPath: expected a string, found the number 5"},
    {"/linux/cgroupsPath", "\"/a\\u0000\"", "config.json: linux.cgroupsPath: holds a NUL byte"},
    {"/linux/resources", "[]", "config.json: linux.resources: expected an object, found an array"},
    {"/linux/resources/memory/limit", "\"64M\"",
     "config.json: linux.resources.memory.limit: expected an integer from -1 to "
     "9223372036854775807, found a string \"64M\""},
    {"/linux/resources/memory/limit", "-2",
     "config.json: linux.resources.memory.limit: expected an integer from -1 to "
     "9223372036854775807, found the number -2"},
    {"/linux/resources/memory/limit", "9223372036854775808",
     "config.json: linux.resources.memory.limit: expected an integer from -1 to "
     "9223372036854775807, found the number 9223372036854775808"},
    {"/linux/resources/memory/limit", "1e9",
     "config.json: linux.resources.memory.limit: expected an integer from -1 to "
     "9223372036854775807, found the number 1000000000.0"},
    {"/linux/resources/cpu", "2",
     "config.json: linux.resources.cpu: expected an object, found the number 2"},
    {"/linux/resources/cpu/quota", "999",
     "config.json: linux.resources.cpu.quota: 999 is below 1000 µs"},
    {"/linux/resources/cpu/quota", "-2",
     "config.json: linux.resources.cpu.quota: expected an integer from -1 to 9223372036854775807, "
     "found the number -2"},
    {"/linux/resources/cpu/period", "5",
     "config.json: linux.resources.cpu.period: 5 is not within 1000 to 1000000 µs"},
    {"/linux/resources/cpu/period", "1000001",
     "config.json: linux.resources.cpu.period: 1000001 is not within 1000 to 1000000 µs"},
    {"/linux/resources/cpu/period", "-1",
     "config.json: linux.resources.cpu.period: expected an integer from 0 to "
     "18446744073709551615, found the number -1"},
    {"/linux/resources/cpu/cpus", "\"0-\"",
     "config.json: linux.resources.cpu.cpus: \"0-\" is no list of CPUs, as 0,2-3 is one"},
    {"/linux/resources/cpu/cpus", "\"3-1\"",
     "config.json: linux.resources.cpu.cpus: \"3-1\" is no list of CPUs, as 0,2-3 is one"},
    {"/linux/resources/cpu/cpus", "\"0-99999999999999999999\"",
     "config.json: linux.resources.cpu.cpus: \"0-99999999999999999999\" is no list of CPUs, as "
     "0,2-3 is one"},
    {"/linux/sysctl", "[]", "config.json: linux.sysctl: expected an object, found an array"},
    {"/linux/sysctl/net.x", "1",
     "config.json: linux.sysctl.net.x: expected a string, found the number 1"},
    {"/linux/sysctl/a=b", "\"1\"",
     "config.json: linux.sysctl: \"a=b\" is no name of a kernel parameter"},
    {"/linux/devices/0", "{}", "config.json: linux.devices[0].path: missing"},
    {"/linux/devices/0/path", "\"fuse\"",
     "config.json: linux.devices[0].path: \"fuse\" is not an absolute path"},
    {"/linux/maskedPaths/0", "\"proc/kcore\"",
     "config.json: linux.maskedPaths[0]: \"proc/kcore\" is not an absolute path"},
    {"/linux/readonlyPaths/0", "\"\"", "config.json: linux.readonlyPaths[0]: must not be empty"},
    {"/linux/rootfsPropagation", "\"public\"",
     "config.json: rootfsPropagation=public is not supported"},
};
INSTANTIATE_TEST_SUITE_P(Linux, BadSpec, testing::ValuesIn(linux_section));

constexpr Change vm_section[] = {
    {"/vm", "true", "config.json: vm: expected an object, found true"},
    {"/vm/hypervisor/path", "\"vmm\"",
     "config.json: vm.hypervisor.path: \"vmm\" is not an absolute path"},
    {"/vm/hypervisor/parameters", "\"-x\"",
     "config.json: vm.hypervisor.parameters: expected an array, found a string \"-x\""},
    {"/vm/kernel", "\"/boot/Image\"",
     "config.json: vm.kernel: expected an object, found a string \"/boot/Image\""},
    {"/vm/kernel/path", "", "config.json: vm.kernel: initrd is given, but no path of a kernel"},
    {"/vm/kernel/path", "\"Image\"",
     "config.json: vm.kernel.path: \"Image\" is not an absolute path"},
    {"/vm/kernel/path", "\"/\\u0000\"", "config.json: vm.kernel.path: holds a NUL byte"},
    {"/vm/kernel/initrd", "\"rd\"",
     "config.json: vm.kernel.initrd: \"rd\" is not an absolute path"},
    {"/vm/kernel/parameters/0", "{}",
     "config.json: vm.kernel.parameters[0]: expected a string, found an object"},
    {"/vm/image/path", "", "config.json: vm.image: format is given, but no path"},
    {"/vm/image/path", "\"disk\"", "config.json: vm.image.path: \"disk\" is not an absolute path"},
    {"/vm/image/format", "\"iso\"",
     "config.json: vm.image.format: \"iso\" is not one of raw, qcow2, vdi, vmdk, vhd"},
    {"/vm/hwConfig", "[]", "config.json: vm.hwConfig: expected an object, found an array"},
    {"/vm/hwconfig", "{}", "config.json: vm: both hwConfig and hwconfig are given"},
    {"/vm/hwConfig/deviceTree", "1",
     "config.json: vm.hwConfig.deviceTree: expected a string, found the number 1"},
    {"/vm/hwConfig/vcpus", "0",
     "config.json: vm.hwConfig.vcpus: expected an integer from 1 to 4294967295, found the number "
     "0"},
    {"/vm/hwConfig/vcpus", "-1",
     "config.json: vm.hwConfig.vcpus: expected an integer from 1 to 4294967295, found the number "
     "-1"},
    {"/vm/hwConfig/vcpus", "4294967296",
     "config.json: vm.hwConfig.vcpus: expected an integer from 1 to 4294967295, found the number "
     "4294967296"},
    {"/vm/hwConfig/memory", "0",
     "config.json: vm.hwConfig.memory: expected an integer from 1 to 18446744073709551615, found "
     "the number 0"},
    {"/vm/hwConfig/memory", "-4096",
     "config.json: vm.hwConfig.memory: expected an integer from 1 to 18446744073709551615, found "
     "the number -4096"},
    {"/vm/hwConfig/dtdevs", "\"x\"",
     "config.json: vm.hwConfig.dtdevs: expected an array, found a string \"x\""},
    {"/vm/hwConfig/dtdevs/0", "\"\"", "config.json: vm.hwConfig.dtdevs[0]: must not be empty"},
    {"/vm/hwConfig/iomems/0/firstMFN", "", "config.json: vm.hwConfig.iomems[0].firstMFN: missing"},
    {"/vm/hwConfig/iomems/0/nrMFNs", "", "config.json: vm.hwConfig.iomems[0].nrMFNs: missing"},
    {"/vm/hwConfig/iomems/0/nrMFNs", "0",
     "config.json: vm.hwConfig.iomems[0].nrMFNs: expected an integer from 1 to 4503599627370496, "
     "found the number 0"},
    {"/vm/hwConfig/iomems/0/firstMFN", "4503599627370496",
     "config.json: vm.hwConfig.iomems[0].firstMFN: expected an integer from 0 to "
     "4503599627370495, found the number 4503599627370496"},
    {"/vm/hwConfig/iomems/0/nrMFNs", "4503599627370496",
     "config.json: vm.hwConfig.iomems[0]: the range reaches beyond the 64-bit address space"},
    {"/vm/hwConfig/iomems/1/firstGFN", "4503599627370495",
     "config.json: vm.hwConfig.iomems[1]: the range reaches beyond the 64-bit address space"},
    {"/vm/hwConfig/iomems/0", "7",
     "config.json: vm.hwConfig.iomems[0]: expected an object, found the number 7"},
    {"/vm/hwConfig/irqs/0", "-1",
     "config.json: vm.hwConfig.irqs[0]: expected an integer from 0 to 4294967295, found the number "
     "-1"},
    {"/vm/hwConfig/irqs/0", "\"11\"",
     "config.json: vm.hwConfig.irqs[0]: expected an integer from 0 to 4294967295, found a string "
     "\"11\""},
};
INSTANTIATE_TEST_SUITE_P(Vm, BadSpec, testing::ValuesIn(vm_section));

TEST(BadText, IsRefusedInRuncsWords) {
    EXPECT_EQ(refusal("{bad"), "invalid character 'b' looking for beginning of object key string");
    EXPECT_EQ(refusal("{\"a\": nope}"), "invalid character 'o' in literal null (expecting 'u')");
    EXPECT_EQ(refusal("{}"), "process property must not be empty");
}

TEST(BadText, NamesTheFileElsewhere) {
    EXPECT_EQ(refusal(""), "config.json: EOF");
    EXPECT_EQ(refusal("{\"process\": "), "config.json: unexpected EOF");
    EXPECT_EQ(refusal("null"), "config.json: expected an object, found null");
    EXPECT_EQ(refusal("[]"), "config.json: expected an object, found an array");
    EXPECT_EQ(refusal("\"x\""), "config.json: expected an object, found a string \"x\"");
    EXPECT_EQ(refusal("{\"a\": 1, \"a\": 2}"), "config.json: duplicate key \"a\"");
}

TEST(BadText, TooMuchIsRefused) {
    std::string deep(65, '[');
    deep += std::string(65, ']');
    EXPECT_EQ(refusal("{\"x\": " + deep + "}"), "config.json: nested deeper than 64 levels");
    EXPECT_EQ(refusal(std::string(1U << 20, '[')), "config.json: nested deeper than 64 levels");
    const std::string large = "{\"x\": \"" + std::string(16U << 20, 'x') + "\"}";
    EXPECT_EQ(refusal(large), "config.json: larger than 16 MiB");
}

TEST(BadText, CutAnywhereIsRefused) {
    const std::string whole = test::sample;
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        EXPECT_NE(refusal(whole.substr(0, length)), "(accepted)") << length;
    }
}

}  // namespace
}  // namespace phi::oci

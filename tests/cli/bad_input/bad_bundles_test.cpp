// SPDX-License-Identifier: Apache-2.0
// config.json: broken, hostile, or asking for what is not there.
#include <sys/stat.h>

#include "bad_input.hpp"

namespace phi::test {
namespace {

// A sound configuration with one part replaced.
std::string sound(const std::string& process_more = "", const std::string& more = "") {
    return "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"process\": {\"cwd\": "
           "\"/\", \"args\": "
           "[\"x\"], \"env\": [\"INMATE=/boot/inmate\"]" +
           (process_more.empty() ? "" : ", " + process_more) + "}" +
           (more.empty() ? "" : ", " + more) + "}";
}
std::string resources(const std::string& text) {
    return sound("", "\"linux\": {\"resources\": {" + text + "}}");
}
std::string hw_config(const std::string& text) {
    return sound("", "\"vm\": {\"hwConfig\": {" + text + "}}");
}
std::string vm_kernel(const std::string& path) {
    return "{\"ociVersion\": \"1.3.0\", \"root\": {\"path\": \"rootfs\"}, \"process\": {\"cwd\": "
           "\"/\", "
           "\"args\": [\"x\"]}, \"vm\": {\"kernel\": {\"path\": \"" +
           path + "\"}}}";
}
std::string annotation(const std::string& name, const std::string& value) {
    return sound("", "\"annotations\": {\"org.runphi." + name + "\": \"" + value + "\"}");
}
std::string deep(char open, char close, unsigned depth) {
    return "{\"ociVersion\": \"1.0.2\", \"x\": " + std::string(depth, open) +
           std::string(depth, close) + "}";
}

struct BundleCase {
    const char* name;
    std::string config;
    const char* words;
};

void PrintTo(const BundleCase& one, std::ostream* out) {
    *out << one.name;
}

const BundleCase bad_bundles[] = {
    // ---- the text itself
    {"empty", "", "EOF"},
    {"white_space", "  \n\t ", "EOF"},
    {"truncated_object", "{\"ociVersion\": \"1.0.2\", ", "EOF"},
    {"truncated_string", "{\"ociVersion\": \"1.0", "EOF"},
    {"bad_key", "{bad}", "invalid character 'b' looking for beginning of object key string"},
    {"trailing_comma", "{\"ociVersion\": \"1.0.2\",}", "invalid character '}'"},
    {"two_documents", "{} {}", "after top-level value"},
    {"a_list", "[]", "expected an object"},
    {"a_number", "42", "expected an object"},
    {"null", "null", "expected an object"},
    {"nul_byte", std::string("{\"ociVersion\": \"1.0.2\"\0}", 25), "invalid character"},
    {"not_utf8", "{\"ociVersion\": \"\xff\xfe\"}", "UTF-8"},
    {"deep_lists", deep('[', ']', 100'000), "deep"},
    {"deep_unclosed", std::string(1'000'000, '['), "deep"},
    {"empty_object", "{}", "process property must not be empty"},
    {"nan", "{\"ociVersion\": NaN}", "invalid character 'N'"},
    {"huge_number", resources("\"memory\": {\"limit\": 1" + std::string(400, '0') + "}"),
     "config.json"},

    // ---- wrong types
    {"version_is_a_number", "{\"ociVersion\": 1}", "ociVersion: expected a string"},
    {"process_is_a_list", "{\"ociVersion\": \"1.0.2\", \"process\": []}",
     "process: expected an object"},
    {"args_is_a_string", sound("\"args\": \"sh\""), "args"},
    {"args_holds_a_number",
     "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"/"
     "\",\"args\":[1]}}",
     "process.args[0]: expected a string"},
    {"env_is_an_object",
     "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"/"
     "\",\"args\":[\"x\"],\"env\":{}}}",
     "process.env: expected"},
    {"terminal_is_a_string", sound("\"terminal\": \"yes\""),
     "process.terminal: expected true or false"},
    {"uid_is_negative", sound("\"user\": {\"uid\": -1, \"gid\": 0}"), "process.user.uid"},
    {"uid_is_too_large", sound("\"user\": {\"uid\": 4294967296, \"gid\": 0}"), "process.user.uid"},
    {"gid_is_a_string", sound("\"user\": {\"uid\": 0, \"gid\": \"0\"}"), "process.user.gid"},
    {"umask_is_too_large", sound("\"user\": {\"uid\": 0, \"gid\": 0, \"umask\": 99999999999}"),
     "umask"},
    {"groups_hold_text", sound("\"user\": {\"uid\":0,\"gid\":0,\"additionalGids\": [\"a\"]}"),
     "additionalGids[0]"},
    {"rlimit_without_type", sound("\"rlimits\": [{\"soft\": 1, \"hard\": 1}]"), "rlimits[0]"},
    {"rlimit_unknown", sound("\"rlimits\": [{\"type\": \"RLIMIT_FOO\", \"soft\": 1, \"hard\": 1}]"),
     "RLIMIT_FOO"},
    {"rlimit_negative",
     sound("\"rlimits\": [{\"type\": \"RLIMIT_NOFILE\", \"soft\": -1, \"hard\": 1}]"),
     "rlimits[0].soft"},
    {"root_is_a_string",
     "{\"ociVersion\": \"1.0.2\", \"root\": \"rootfs\", \"process\": {\"cwd\": \"/\", \"args\": "
     "[\"x\"]}}",
     "root: expected an object"},
    {"mounts_is_an_object", sound("", "\"mounts\": {}"), "mounts: expected"},
    {"mount_without_destination", sound("", "\"mounts\": [{\"type\": \"proc\"}]"), "mounts[0]"},
    {"mount_options_is_text",
     sound("", "\"mounts\": [{\"destination\": \"/x\", \"options\": \"ro\"}]"), "options"},
    {"hooks_is_a_list", sound("", "\"hooks\": []"), "hooks: expected an object"},
    {"hook_without_path", sound("", "\"hooks\": {\"prestart\": [{}]}"), "path"},
    {"hook_path_relative", sound("", "\"hooks\": {\"prestart\": [{\"path\": \"bin/x\"}]}"), "path"},
    {"hook_timeout_zero",
     sound("", "\"hooks\": {\"prestart\": [{\"path\": \"/bin/true\", \"timeout\": 0}]}"),
     "timeout"},
    {"hook_timeout_negative",
     sound("", "\"hooks\": {\"prestart\": [{\"path\": \"/bin/true\", \"timeout\": -1}]}"),
     "timeout"},
    {"hook_missing_program",
     sound("", "\"hooks\": {\"prestart\": [{\"path\": \"/no/such/hook\"}]}"),
     "/no/such/hook: no such file or directory"},
    {"annotations_is_a_list", sound("", "\"annotations\": []"), "annotations: expected an object"},
    {"annotation_is_a_number", sound("", "\"annotations\": {\"a\": 1}"), "annotations"},
    {"namespaces_is_text", sound("", "\"linux\": {\"namespaces\": \"all\"}"), "namespaces"},
    {"namespace_unknown", sound("", "\"linux\": {\"namespaces\": [{\"type\": \"moon\"}]}"), "moon"},
    {"namespace_twice",
     sound("", "\"linux\": {\"namespaces\": [{\"type\": \"network\"}, {\"type\": \"network\"}]}"),
     "network"},
    {"namespace_user", sound("", "\"linux\": {\"namespaces\": [{\"type\": \"user\"}]}"),
     "user namespace"},
    {"namespace_path_missing",
     sound("", "\"linux\": {\"namespaces\": [{\"type\": \"network\", \"path\": \"/no/such/ns\"}]}"),
     "/no/such/ns"},
    {"namespace_path_no_namespace",
     sound("", "\"linux\": {\"namespaces\": [{\"type\": \"network\", \"path\": \"/dev/null\"}]}"),
     "/dev/null"},
    {"cgroups_path_is_a_number", sound("", "\"linux\": {\"cgroupsPath\": 1}"), "cgroupsPath"},
    {"cgroups_path_leaves", sound("", "\"linux\": {\"cgroupsPath\": \"/../../x\"}"), "cgroupsPath"},

    // ---- missing or contradictory
    {"process_missing",
     "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"annotations\": "
     "{\"org.runphi.guest\": \"inmate\"}}",
     "process property must not be empty"},
    {"args_missing",
     "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"process\": {\"cwd\": \"/\", "
     "\"env\": [\"INMATE=/x\"]}}",
     "args"},
    {"cwd_relative",
     "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"tmp\","
     "\"args\":[\"x\"],\"env\":[\"INMATE=/x\"]}}",
     "Cwd"},
    {"cwd_missing",
     "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"args\":[\"x\"],"
     "\"env\":[\"INMATE=/x\"]}}",
     "Cwd"},
    {"rootfs_missing",
     "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"nowhere\"},\"process\":{\"cwd\":\"/"
     "\",\"args\":[\"x\"],\"env\":[\"INMATE=/x\"]}}",
     "invalid rootfs: stat"},
    {"rootfs_is_a_file",
     "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"config.json\"},\"process\":{\"cwd\":\"/"
     "\",\"args\":[\"x\"],\"env\":[\"INMATE=/x\"]}}",
     "invalid rootfs"},
    {"rootfs_empty_path",
     "{\"ociVersion\":\"1.0.2\",\"root\":{\"path\":\"\"},\"process\":{\"cwd\":\"/"
     "\",\"args\":[\"x\"],\"env\":[\"INMATE=/x\"]}}",
     "root"},

    // ---- sizes
    {"memory_negative", resources("\"memory\": {\"limit\": -2}"), "memory.limit"},
    {"memory_is_text", resources("\"memory\": {\"limit\": \"1G\"}"),
     "memory.limit: expected an integer"},
    {"memory_fraction", resources("\"memory\": {\"limit\": 1.5}"),
     "memory.limit: expected an integer"},
    {"memory_more_than_the_board", resources("\"memory\": {\"limit\": 1099511627776}"), "1 TiB"},
    {"memory_more_than_64_bits", resources("\"memory\": {\"limit\": 18446744073709551616}"),
     "memory.limit"},
    {"memory_near_overflow", resources("\"memory\": {\"limit\": 9223372036854775807}"), "bytes"},
    {"cpus_beyond_the_board", resources("\"cpu\": {\"cpus\": \"99\"}"), "99"},
    {"cpus_one_too_many", resources("\"cpu\": {\"cpus\": \"0-8\"}"), "8"},
    {"cpus_backwards", resources("\"cpu\": {\"cpus\": \"3-1\"}"), "3-1"},
    {"cpus_text", resources("\"cpu\": {\"cpus\": \"all\"}"), "all"},
    {"cpus_trailing_comma", resources("\"cpu\": {\"cpus\": \"0,\"}"), "0,"},
    {"cpus_huge_range", resources("\"cpu\": {\"cpus\": \"0-4294967295\"}"), "4294967295"},
    {"cpus_is_a_number", resources("\"cpu\": {\"cpus\": 3}"), "cpus: expected a string"},
    {"quota_of_nine_cpus", resources("\"cpu\": {\"quota\": 900000, \"period\": 100000}"), "9 CPUs"},
    {"quota_is_text", resources("\"cpu\": {\"quota\": \"max\"}"), "quota"},
    {"quota_below_minus_one", resources("\"cpu\": {\"quota\": -5, \"period\": 100000}"), "quota"},
    {"period_negative", resources("\"cpu\": {\"quota\": 100000, \"period\": -1}"), "period"},
    {"quota_overflow", resources("\"cpu\": {\"quota\": 9223372036854775807, \"period\": 1000}"),
     "CPUs"},

    // ---- the vm section
    {"vm_is_text", sound("", "\"vm\": \"big\""), "vm: expected an object"},
    {"vm_kernel_not_there", vm_kernel("/boot/nothing"), "/boot/nothing"},
    {"vm_kernel_is_no_kernel", vm_kernel("/boot/inmate"), "/boot/inmate"},
    {"vm_kernel_and_inmate", sound("", "\"vm\": {\"kernel\": {\"path\": \"/boot/inmate\"}}"),
     "contradict each other"},
    {"vm_image_format_unknown",
     sound("", "\"vm\": {\"image\": {\"path\": \"/x\", \"format\": \"zip\"}}"), "zip"},
    {"hw_vcpus_zero", hw_config("\"vcpus\": 0"), "vcpus"},
    {"hw_vcpus_negative", hw_config("\"vcpus\": -1"), "vcpus"},
    {"hw_vcpus_too_many", hw_config("\"vcpus\": 4294967296"), "vcpus"},
    {"hw_memory_text", hw_config("\"memory\": \"64M\""), "hwConfig.memory"},
    {"hw_memory_zero", hw_config("\"memory\": 0"), "memory"},
    {"hw_irqs_text", hw_config("\"irqs\": [\"33\"]"), "irqs[0]"},
    {"hw_irqs_negative", hw_config("\"irqs\": [-1]"), "irqs[0]"},
    {"hw_iomem_no_count", hw_config("\"iomems\": [{\"firstMFN\": 1}]"), "iomems[0]"},
    {"hw_iomem_overflow",
     hw_config(
         "\"iomems\": [{\"firstGFN\": 0, \"firstMFN\": 18446744073709551615, \"nrMFNs\": 2}]"),
     "iomems[0]"},
    {"hw_iomem_zero", hw_config("\"iomems\": [{\"firstGFN\": 0, \"firstMFN\": 1, \"nrMFNs\": 0}]"),
     "iomems[0]"},

    // ---- annotations
    {"annotation_unknown", annotation("colour", "red"), "org.runphi.colour"},
    {"annotation_guest_unknown", annotation("guest", "windows"), "windows"},
    {"annotation_inmate_missing", annotation("inmate", "/boot/none"), "/boot/none"},
    {"annotation_inmate_empty", annotation("inmate", ""), "org.runphi.inmate"},
    {"annotation_arch_unknown", annotation("arch", "pdp11"), "pdp11"},
    {"annotation_address_text", annotation("load-address", "high"), "org.runphi.load-address"},
    {"annotation_address_overflow", annotation("load-address", "0x10000000000000000"),
     "org.runphi.load-address"},
    {"annotation_vcpus_text", annotation("vcpus", "two"), "org.runphi.vcpus"},
    {"annotation_vcpus_zero", annotation("vcpus", "0"), "org.runphi.vcpus"},
    {"annotation_memory_unit", annotation("memory", "64X"), "org.runphi.memory"},
    {"annotation_memory_overflow", annotation("memory", "99999999999G"), "org.runphi.memory"},
    {"annotation_stop_timeout", annotation("stop-timeout", "soon"), "org.runphi.stop-timeout"},
    {"annotation_device_unknown", annotation("devices", "uart77"), "uart77"},
    {"annotation_irq_unknown", annotation("irqs", "999"), "999"},
    {"annotation_not_granted", annotation("iomems", "0x1000"), "org.runphi.iomems"},
    {"annotation_channels_not_granted", annotation("channels", "c0"), "org.runphi.channels"},
};

class BadBundle : public BadInput, public ::testing::WithParamInterface<BundleCase> {};

TEST_P(BadBundle, IsRefusedAndLeavesNothing) {
    const std::string bundle = node_->bundle(GetParam().name, GetParam().config);
    [[maybe_unused]] const int made = ::mkdir((bundle + "/rootfs/boot").c_str(), 0755);
    write_text(bundle + "/rootfs/boot/inmate", "spin\n");
    expect_refused({"create", "--bundle", bundle, "c"}, GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(All, BadBundle, ::testing::ValuesIn(bad_bundles),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_F(BadInput, AHugeConfigIsRefusedWithoutReadingItAll) {
    const std::string bundle = node_->bundle(
        "huge", "{\"annotations\": {\"a\": \"" + std::string(40U << 20, 'x') + "\"}}");
    expect_refused({"create", "--bundle", bundle, "c"}, "larger than");
}

}  // namespace
}  // namespace phi::test

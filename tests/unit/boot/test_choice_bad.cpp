// SPDX-License-Identifier: Apache-2.0
#include <elf.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace phi::boot {
namespace {

using test::Machine;

struct Case {
    const char* name;
    std::function<void(Machine&)> spoil;
    Code code;
    std::vector<std::string> words;  // all of them are in the message
};

void annotate(Machine& machine, const std::string& name, const std::string& value) {
    machine.spec.annotations["org.runphi." + name] = value;
}

void environment(Machine& machine, std::vector<std::string> env) {
    machine.spec.process->env = std::move(env);
}

void image_config(Machine& machine, const std::string& text) {
    machine.image_file("boot/config.json", text);
}

std::function<void(Machine&)> annotated(const std::string& name, const std::string& value) {
    return [=](Machine& machine) { annotate(machine, name, value); };
}

std::function<void(Machine&)> kernel_of(const std::string& content) {
    return [=](Machine& machine) {
        machine.image_file("boot/k", content);
        annotate(machine, "kernel", "/boot/k");
    };
}

std::vector<Case> bad_annotations() {
    const auto bad = Code::invalid;
    return {
        {"unknown annotation", annotated("colour", "red"), bad, {"org.runphi.colour", "unknown"}},
        {"guest", annotated("guest", "windows"), bad, {"org.runphi.guest", "windows"}},
        {"empty guest", annotated("guest", ""), bad, {"org.runphi.guest"}},
        {"arch", annotated("arch", "riscv64"), bad, {"org.runphi.arch", "riscv64"}},
        {"runtime", annotated("runtime", "crun"), bad, {"org.runphi.runtime", "crun"}},
        {"binds", annotated("binds", "yes"), bad, {"org.runphi.binds", "yes"}},
        {"no vcpus", annotated("vcpus", "0"), bad, {"org.runphi.vcpus", "1 to 4096"}},
        {"negative vcpus", annotated("vcpus", "-1"), bad, {"org.runphi.vcpus"}},
        {"many vcpus", annotated("vcpus", "4097"), bad, {"org.runphi.vcpus"}},
        {"half a vcpu", annotated("vcpus", "0.5"), bad, {"org.runphi.vcpus"}},
        {"overflowing vcpus", annotated("vcpus", "4294967297"), bad, {"org.runphi.vcpus"}},
        {"no memory", annotated("memory", "0"), bad, {"org.runphi.memory"}},
        {"unit", annotated("memory", "64MB"), bad, {"org.runphi.memory", "64MB"}},
        {"overflow", annotated("memory", "99999999999G"), bad, {"org.runphi.memory"}},
        {"too much", annotated("memory", "9007199254740992"), bad, {"org.runphi.memory"}},
        {"load address", annotated("load-address", "0xg"), bad, {"org.runphi.load-address"}},
        {"empty address", annotated("load-address", ""), bad, {"org.runphi.load-address"}},
        {"entry address", annotated("entry-address", "-4"), bad, {"org.runphi.entry-address"}},
        {"stop timeout", annotated("stop-timeout", "86401"), bad, {"org.runphi.stop-timeout"}},
        {"empty inmate", annotated("inmate", ""), bad, {"org.runphi.inmate"}},
        {"empty net", annotated("net", ""), bad, {"org.runphi.net"}},
        {"newline in net", annotated("net", "a\nb"), bad, {"org.runphi.net", "control"}},
        {"newline in cmdline", annotated("cmdline", "a\nb"), bad, {"org.runphi.cmdline"}},
        {"long cmdline", annotated("cmdline", std::string(1537, 'x')), bad, {"1537", "1536"}},
        {"kernel named nowhere", annotated("guest", "kernel"), bad, {"org.runphi.guest"}},
        {"inmate named nowhere",
         annotated("guest", "inmate"),
         Code::not_found,
         {"org.runphi.guest", "/boot/boot.bin"}},
    };
}

std::vector<Case> bad_paths() {
    const auto bad = Code::invalid;
    return {
        {"missing",
         annotated("inmate", "/no/such"),
         Code::not_found,
         {"annotation org.runphi.inmate", "\"/no/such\"", "no such file or directory"}},
        {"directory", annotated("inmate", "/boot"), bad, {"org.runphi.inmate", "a directory"}},
        {"through a file",
         annotated("inmate", "/etc/passwd/x"),
         Code::not_found,
         {"org.runphi.inmate"}},
        {"NUL", annotated("inmate", std::string("/boot\0/x", 8)), bad, {"org.runphi.inmate"}},
        {"too long", annotated("kernel", "/" + std::string(5000, 'a')), bad, {"org.runphi.kernel"}},
        {"FIFO",
         [](Machine& m) {
             m.dir.node("rootfs/boot/fifo", S_IFIFO | 0600);
             annotate(m, "inmate", "/boot/fifo");
         },
         bad,
         {"org.runphi.inmate", "/boot/fifo", "FIFO"}},
        {"device",
         [](Machine& m) {
             m.dir.node("rootfs/zero", S_IFCHR | 0600, 0x105);
             annotate(m, "kernel", "/zero");
         },
         bad,
         {"org.runphi.kernel", "character device"}},
        {"link out of the image",
         [](Machine& m) {
             m.dir.file("outside.bin", "x");
             m.dir.symlink("rootfs/leak", "../outside.bin");
             annotate(m, "inmate", "/leak");
         },
         Code::not_found,
         {"org.runphi.inmate", "/leak"}},
        {"absolute link to the host",
         [](Machine& m) {
             m.dir.file("outside.bin", "x");
             m.dir.symlink("rootfs/leak", m.dir / "outside.bin");
             environment(m, {"INMATE=/leak"});
         },
         Code::not_found,
         {"environment INMATE", "/leak"}},
        {"the host's path",
         [](Machine& m) {
             m.dir.file("outside.bin", "x");
             m.spec.vm.emplace().kernel_path = m.dir / "outside.bin";
         },
         Code::not_found,
         {"config.json: vm.kernel.path", "outside.bin"}},
        {"initrd missing",
         [](Machine& m) {
             kernel_of(test::bzimage())(m);
             annotate(m, "initrd", "/no/initrd");
         },
         Code::not_found,
         {"org.runphi.initrd", "/no/initrd"}},
        {"initrd empty",
         [](Machine& m) {
             kernel_of(test::bzimage())(m);
             m.image_file("r", "");
             annotate(m, "initrd", "/r");
         },
         bad,
         {"\"/r\"", "org.runphi.initrd", "empty"}},
        {"no device tree",
         [](Machine& m) {
             kernel_of(test::bzimage())(m);
             environment(m, {"DTB=/etc/passwd"});
         },
         bad,
         {"/etc/passwd", "environment DTB", "device tree"}},
        {"image file names nothing there",
         [](Machine& m) { image_config(m, R"({"inmate": "/gone"})"); },
         Code::not_found,
         {"/boot/config.json: inmate", "/gone"}},
    };
}

std::vector<Case> bad_images() {
    const auto bad = Code::invalid;
    return {
        {"script",
         kernel_of("#!/bin/sh\nexit 0\n"),
         bad,
         {"/boot/k", "org.runphi.kernel", "not a kernel", "23 21 2f"}},
        {"compressed", kernel_of("\x28\xb5\x2f\xfdzzzz"), bad, {"not a kernel", "zstd"}},
        {"empty kernel", kernel_of(""), bad, {"/boot/k", "empty"}},
        {"half an ELF file",
         kernel_of(test::elf(EM_X86_64).substr(0, 70)),
         bad,
         {"/boot/k", "broken ELF"}},
        {"foreign machine",
         kernel_of(test::elf(EM_RISCV)),
         Code::unsupported,
         {"/boot/k", "machine 243"}},
        {"32-bit Arm", kernel_of(test::elf32(EM_ARM)), Code::unsupported, {"32-bit Arm"}},
        {"32-bit Arm inmate",
         [](Machine& m) {
             m.image_file("i", test::elf32(EM_ARM));
             annotate(m, "inmate", "/i");
         },
         Code::unsupported,
         {"\"/i\"", "32-bit Arm"}},
        {"empty inmate",
         [](Machine& m) {
             m.image_file("i", "");
             annotate(m, "inmate", "/i");
         },
         bad,
         {"\"/i\"", "empty"}},
        {"wrong architecture",
         [](Machine& m) {
             kernel_of(test::arm64_image())(m);
             annotate(m, "arch", "x86_64");
         },
         bad,
         {"org.runphi.arch", "x86_64", "/boot/k", "aarch64"}},
        {"vmdk",
         [](Machine& m) {
             m.spec.vm.emplace().image_path = "/d";
             m.spec.vm->image_format = "vmdk";
         },
         Code::unsupported,
         {"vm.image", "vmdk"}},
        {"a disk on a bus that nobody knows",
         [](Machine& m) {
             m.image_file("d", "disk");
             m.spec.annotations = {{"org.runphi.disk", "/d"}, {"org.runphi.disk-bus", "scsi"}};
         },
         bad,
         {"org.runphi.disk", "scsi", "ahci"}},
        {"the format of no disk",
         [](Machine& m) {
             m.spec.annotations = {{"org.runphi.disk-format", "raw"}};
         },
         bad,
         {"org.runphi.disk-format", "no annotation org.runphi.disk"}},
        {"a disk that is a folder",
         [](Machine& m) {
             m.spec.annotations = {{"org.runphi.disk", "/boot"}};
         },
         bad,
         {"org.runphi.disk", "a directory"}},
        {"no vcpus in hwConfig",
         [](Machine& m) { m.spec.vm.emplace().hw_config.emplace().vcpus = 0; },
         bad,
         {"vm.hwConfig.vcpus"}},
        {"no memory in hwConfig",
         [](Machine& m) { m.spec.vm.emplace().hw_config.emplace().memory = 0; },
         bad,
         {"vm.hwConfig.memory"}},
        {"device tree of hwConfig missing",
         [](Machine& m) { m.spec.vm.emplace().hw_config.emplace().device_tree = "/t"; },
         Code::not_found,
         {"vm.hwConfig.deviceTree", "/t"}},
        {"node without a kernel",
         [](Machine& m) { m.settings.guest_dir = m.dir / "nowhere"; },
         Code::not_found,
         {"no Linux kernel", "nowhere"}},
        {"node with a broken kernel",
         [](Machine& m) {
             for (const char* arch : {"x86_64", "aarch64"}) {
                 m.dir.file(std::string("guest/") + arch + "/kernel", "junk");
             }
         },
         bad,
         {"not a kernel"}},
        {"node with the kernel of another machine",
         [](Machine& m) {
             m.dir.file("guest/aarch64/kernel", test::bzimage());
             annotate(m, "arch", "aarch64");
         },
         bad,
         {"for x86_64, not for aarch64"}},
        {"node's kernel that anybody can write",
         [](Machine& m) {
             for (const char* arch : {"x86_64", "aarch64"}) {
                 ::chmod((m.settings.guest_dir + "/" + arch + "/kernel").c_str(), 0666);
             }
         },
         Code::denied,
         {"the node's Linux kernel"}},
    };
}

// The image has a raw inmate /i and a kernel /k.
std::vector<Case> contradictions() {
    const auto bad = Code::invalid;
    return {
        {"one source",
         [](Machine& m) {
             environment(m, {"INMATE=/i", "KERNEL=/k"});
         },
         bad,
         {"environment INMATE", "environment KERNEL"}},
        {"two annotations",
         [](Machine& m) {
             annotate(m, "inmate", "/i");
             annotate(m, "kernel", "/k");
         },
         bad,
         {"annotation org.runphi.inmate", "annotation org.runphi.kernel"}},
        {"annotation and environment",
         [](Machine& m) {
             annotate(m, "kernel", "/k");
             environment(m, {"INMATE=/i"});
         },
         bad,
         {"annotation org.runphi.kernel", "environment INMATE"}},
        {"vm section and image file",
         [](Machine& m) {
             m.spec.vm.emplace().kernel_path = "/k";
             image_config(m, R"({"inmate": "/i"})");
         },
         bad,
         {"config.json: vm.kernel.path", "/boot/config.json: inmate"}},
        {"inmate with an initrd",
         [](Machine& m) {
             annotate(m, "inmate", "/i");
             environment(m, {"RAMDISK=/r"});
         },
         bad,
         {"annotation org.runphi.inmate", "environment RAMDISK"}},
        {"linux with a kernel",
         [](Machine& m) {
             annotate(m, "guest", "linux");
             annotate(m, "kernel", "/k");
         },
         bad,
         {"annotation org.runphi.guest", "annotation org.runphi.kernel"}},
        {"linux with the vm section's kernel",
         [](Machine& m) {
             annotate(m, "guest", "linux");
             m.spec.vm.emplace().kernel_path = "/k";
         },
         bad,
         {"annotation org.runphi.guest", "config.json: vm.kernel.path"}},
        {"kernel, but two",
         [](Machine& m) {
             annotate(m, "guest", "kernel");
             annotate(m, "kernel", "/k");
             annotate(m, "inmate", "/i");
         },
         bad,
         {"annotation org.runphi.guest", "annotation org.runphi.inmate"}},
        {"two kernels in the environment",
         [](Machine& m) {
             environment(m, {"KERNEL=/k", "LINUX=/l"});
         },
         bad,
         {"environment KERNEL", "environment LINUX"}},
        {"zephyr without an inmate",
         [](Machine& m) { image_config(m, R"({"os_var": "zephyr"})"); },
         Code::not_found,
         {"os_var", "/boot/boot.bin"}},
        {"broken image file",
         [](Machine& m) { image_config(m, R"({"inmate": "/i",)"); },
         bad,
         {"/boot/config.json"}},
        {"unknown key in the image file",
         [](Machine& m) { image_config(m, R"({"inmate": "/i", "hook": "/x"})"); },
         bad,
         {"/boot/config.json", "hook", "unknown key"}},
    };
}

void check(const std::vector<Case>& cases) {
    for (const auto& bad : cases) {
        Machine machine;
        machine.image_file("etc/passwd", "root");
        machine.image_file("boot/other", "x");
        machine.image_file("i", "raw");
        machine.image_file("k", test::bzimage());
        bad.spoil(machine);
        const Error error = test::error_of([&] { machine.choose(); });
        EXPECT_EQ(error.code(), bad.code) << bad.name << ": " << error.message();
        for (const auto& word : bad.words) {
            EXPECT_NE(error.message().find(word), std::string::npos)
                << bad.name << ": no " << word << " in: " << error.message();
        }
    }
}

TEST(BadChoice, Annotations) {
    check(bad_annotations());
}
TEST(BadChoice, Paths) {
    check(bad_paths());
}
TEST(BadChoice, Images) {
    check(bad_images());
}
TEST(BadChoice, Contradictions) {
    check(contradictions());
}

TEST(BadChoice, TheHintsSayWhatToDo) {
    Machine machine;
    machine.settings.guest_dir = "/nowhere";
    EXPECT_NE(test::error_of([&] { machine.choose(); }).hint().find("runphi-prepare-guest"),
              std::string::npos);
    annotate(machine, "inmate", "/missing");
    EXPECT_NE(test::error_of([&] { machine.choose(); }).hint().find("image_dirs"),
              std::string::npos);
}

}  // namespace
}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#include "core/boot/wishes.hpp"

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"

namespace phi::boot {

namespace {

template <typename T>
void take(std::optional<T>& into, const std::optional<T>& lower) {
    if (!into) into = lower;
}

Wish<std::string> vm_wish(const std::string& value, const char* key) {
    return {value, Source::vm, text("config.json: vm.", key)};
}

Wishes hardware_wishes(const oci::HwConfig& hardware) {
    Wishes wishes;
    if (!hardware.device_tree.empty()) {
        wishes.dtb = vm_wish(hardware.device_tree, "hwConfig.deviceTree");
    }
    if (hardware.vcpus) {
        const unsigned count = *hardware.vcpus;
        if (count == 0 || count > max_vcpus) {
            throw Error(Code::invalid, text("config.json: vm.hwConfig.vcpus: ", count,
                                            " (expected 1 to ", max_vcpus, ")"));
        }
        wishes.vcpus = {count, Source::vm, "config.json: vm.hwConfig.vcpus"};
    }
    if (hardware.memory) {
        if (*hardware.memory == 0 || *hardware.memory > max_memory) {
            throw Error(Code::invalid, text("config.json: vm.hwConfig.memory: ", *hardware.memory,
                                            " (expected bytes, 1 to ", max_memory, ")"));
        }
        wishes.memory = {*hardware.memory, Source::vm, "config.json: vm.hwConfig.memory"};
    }
    return wishes;
}

// The value of an environment variable that counts as a path.
const std::string* path_variable(const oci::Spec& spec, const char* name) {
    const std::string* value = spec.environment(name);
    if (value == nullptr || value->find('/') == std::string::npos) return nullptr;
    return value;
}

bool consents(const oci::Spec& spec, const char* name) {
    const std::string* value = spec.environment(name);
    return value != nullptr && is_consent(*value);
}

void take_path(std::optional<Wish<std::string>>& into, const oci::Spec& spec, const char* name) {
    const std::string* value = path_variable(spec, name);
    if (value == nullptr) return;
    const std::string where = text("environment ", name);
    if (into && into->value != *value) {
        throw Error(Code::invalid,
                    text(into->where, " and ", where, " name two files: ", quoted(into->value),
                         " and ", quoted(*value)),
                    "set one of them");
    }
    into = {*value, Source::environment, where};
}

}  // namespace

void Wishes::complete(const Wishes& lower) {
    take(kind, lower.kind);
    take(linux, lower.linux);
    take(inmate, lower.inmate);
    take(kernel, lower.kernel);
    take(initrd, lower.initrd);
    take(dtb, lower.dtb);
    take(disk, lower.disk);
    take(cmdline, lower.cmdline);
    take(arch, lower.arch);
    take(net, lower.net);
    take(rpu, lower.rpu);
    take(load_address, lower.load_address);
    take(entry_address, lower.entry_address);
    take(memory, lower.memory);
    take(vcpus, lower.vcpus);
    take(stop_timeout_s, lower.stop_timeout_s);
    from_image_file = from_image_file || lower.from_image_file;
}

void check_disk(const Wish<Disk>& disk) {
    if (disk.value.format != "raw" && disk.value.format != "qcow2") {
        throw Error(Code::unsupported,
                    text(disk.where, ": the format ", quoted(disk.value.format),
                         " is not supported, only raw and qcow2"),
                    "convert it with qemu-img convert -O qcow2");
    }
    if (disk.value.bus != "virtio" && disk.value.bus != "ahci") {
        throw Error(Code::invalid, text(disk.where, ": the bus ", quoted(disk.value.bus),
                                        " is not known: expected virtio or ahci"));
    }
}

bool is_consent(const std::string& word) {
    return word == "1" || word == "yes" || word == "true" || word == "on" || word == "linux";
}

Wishes vm_wishes(const oci::Vm& vm) {
    if (!vm.hypervisor_path.empty() || !vm.hypervisor_parameters.empty()) {
        log::warn("config.json: vm.hypervisor is ignored: the node's backend is the hypervisor");
    }
    Wishes wishes;
    if (vm.hw_config) wishes = hardware_wishes(*vm.hw_config);
    if (!vm.kernel_path.empty()) wishes.kernel = vm_wish(vm.kernel_path, "kernel.path");
    if (!vm.kernel_initrd.empty()) wishes.initrd = vm_wish(vm.kernel_initrd, "kernel.initrd");
    if (!vm.kernel_parameters.empty()) {
        wishes.cmdline = vm_wish(join(vm.kernel_parameters, " "), "kernel.parameters");
    }
    if (!vm.image_path.empty()) {
        Disk disk{vm.image_path};
        if (!vm.image_format.empty()) disk.format = vm.image_format;
        wishes.disk = {disk, Source::vm, "config.json: vm.image"};
        check_disk(*wishes.disk);
    }
    return wishes;
}

Wishes environment_wishes(const oci::Spec& spec) {
    Wishes wishes;
    if (const std::string* inmate = spec.environment("INMATE");
        inmate != nullptr && !inmate->empty()) {
        wishes.inmate = {*inmate, Source::environment, "environment INMATE"};
    }
    take_path(wishes.kernel, spec, "KERNEL");
    take_path(wishes.kernel, spec, "LINUX");
    take_path(wishes.initrd, spec, "RAMDISK");
    take_path(wishes.initrd, spec, "CPIO");
    take_path(wishes.dtb, spec, "DTB");
    for (const char* name : {"LINUX", "CPIO"}) {
        if (!wishes.linux && consents(spec, name)) {
            wishes.linux = {true, Source::environment, text("environment ", name)};
        }
    }
    if (const std::string* net = spec.environment("NETCONF"); net != nullptr && !net->empty()) {
        wishes.net = {*net, Source::environment, "environment NETCONF"};
    }
    return wishes;
}

bool has_environment_mark(const oci::Spec& spec) {
    for (const char* name : {"KERNEL", "RAMDISK", "DTB", "CPIO", "LINUX"}) {
        if (path_variable(spec, name) != nullptr) return true;
    }
    if (consents(spec, "LINUX") || consents(spec, "CPIO")) return true;
    for (const char* name : {"INMATE", "NETCONF"}) {
        const std::string* value = spec.environment(name);
        if (value != nullptr && !value->empty()) return true;
    }
    return false;
}

}  // namespace phi::boot

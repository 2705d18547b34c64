// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <filesystem>

#include "bundles.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/initramfs.hpp"
#include "core/fs/file.hpp"
#include "core/oci/spec.hpp"
#include "machine.hpp"
#include "scenes.hpp"

namespace phi::bench {

namespace fs = std::filesystem;

namespace {

constexpr const char* greeting = "hello";

// What the backend had its QEMU told: it leaves its arguments, one a line, beside its sockets.
std::vector<std::string> backend_arguments(const test::Sandbox& node) {
    for (const auto& entry : fs::recursive_directory_iterator(node.state_dir())) {
        if (entry.path().extension() != ".args") continue;
        std::vector<std::string> lines;
        const std::string arguments = test::read_text(entry.path());
        for (const auto line : split(arguments, '\n')) {
            lines.emplace_back(line);
        }
        return lines;
    }
    throw Error(Code::not_found, "the backend left no arguments of QEMU");
}

std::string value_of(const std::vector<std::string>& arguments, const std::string& option) {
    const auto at = std::find(arguments.begin(), arguments.end(), option);
    if (at == arguments.end() || at + 1 == arguments.end()) {
        throw Error(Code::not_found, text("QEMU's arguments have no ", option));
    }
    return *(at + 1);
}

// The initramfs that runphi would make of this bundle, as a file.
std::string pack_to_file(const test::Sandbox& node, const Options& options,
                         const std::string& bundle) {
    const UniqueFd dir = open_directory(bundle);
    const boot::Initramfs packed =
        boot::pack_initramfs(Rootfs::open(bundle + "/rootfs"), oci::load_spec(dir.get()),
                             {options.guest_dir, "x86_64", bundle});
    const std::string path = node.dir() + "/initramfs";
    test::write_text(path, read_fd(packed.archive.get(), "the initramfs", std::size_t{1} << 30));
    return path;
}

// The same machine, processor, memory and kernel parameters, and nothing else: no monitor, no
// sandbox, the console on standard output. What its own agent would hear goes nowhere.
Program bare_qemu(const std::vector<std::string>& like, const Options& options,
                  const std::string& initramfs) {
    std::string machine = value_of(like, "-machine");
    machine = machine.substr(0, machine.find(','));
    return {{like.front(),
             "-nodefaults",
             "-no-user-config",
             "-display",
             "none",
             "-no-reboot",
             "-machine",
             machine,
             "-accel",
             value_of(like, "-accel"),
             "-cpu",
             value_of(like, "-cpu"),
             "-smp",
             value_of(like, "-smp"),
             "-m",
             value_of(like, "-m"),
             "-chardev",
             "stdio,id=console,signal=off",
             "-serial",
             "chardev:console",
             "-chardev",
             "null,id=agent",
             "-device",
             "isa-serial,iobase=0x2f8,irq=3,chardev=agent",
             "-kernel",
             options.guest_dir + "/x86_64/kernel",
             "-initrd",
             initramfs,
             "-append",
             value_of(like, "-append")},
            {"PATH=/usr/bin"}};
}

std::string settings(const Options& options) {
    return text("\"select\": \"all\", \"guest_dir\": \"", options.guest_dir,
                "\", \"backend_settings\": {\"qemu\": {\"accel\": \"tcg\"}}");
}

void measure(const test::Sandbox& node, const Options& options, Table& table) {
    const Runtime runphi = runphi_of(node);
    const std::string bundle = busybox_bundle(node, "linux", R"(["echo", "hello"])");
    run_time(runphi.create(bundle, "bench-linux"));
    const auto arguments = backend_arguments(node);
    table.add_figure("monitor's private memory", "QEMU backend, created",
                     private_mib(read_pid(runphi)), "MiB", 2);
    run_time(runphi.command({"delete", "--force", "bench-linux"}));
    reap();

    const Program run = runphi.command({"run", "--bundle", bundle, "bench-run"});
    const Program bare = bare_qemu(arguments, options, pack_to_file(node, options, bundle));
    std::vector<Contestant> all{
        {"runphi run", [&run] { return first_byte_time(run, greeting); }},
        {"QEMU alone", [&bare] { return first_byte_time(bare, greeting); }}};
    interleave("first output of Linux", std::max(5U, options.rounds(15)), all);
    table.add("first byte of a Linux guest's output", all, {{"QEMU alone", 1.15, "within 1.15"}});
}

}  // namespace

void measure_linux(const Options& options, Table& table) {
    const std::string title = "first byte of a Linux guest's output";
    if (options.guest_dir.empty()) {
        table.add_missing(title, "runphi run", "no --guest-dir", false);
        return;
    }
    if (find_program("qemu-system-x86_64").empty()) {
        table.add_missing(title, "runphi run", "qemu-system-x86_64 is not installed", false);
        return;
    }
    const test::Sandbox node("qemu", settings(options));
    try {
        measure(node, options, table);
    } catch (const std::exception& error) {
        table.add_missing(title, "runphi run", error.what(), true);
    }
}

}  // namespace phi::bench

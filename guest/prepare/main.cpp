// SPDX-License-Identifier: Apache-2.0
// runphi-prepare-guest: a distribution's kernel becomes a guest kernel. Done once, so that no start
// has to decompress anything.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "guest/prepare/kernel_image.hpp"
#include "guest/prepare/module_set.hpp"

namespace {

constexpr std::size_t largest_kernel = std::size_t{512} << 20;

struct Options {
    std::string arch, kernel, modules, out;
    std::vector<std::string> names{"virtio_pci",  "virtio_mmio", "virtio_console",
                                   "virtiofs",    "virtio_net",  "vmw_vsock_virtio_transport",
                                   "xen_netfront"};
};

// The old modules stay until the new ones are whole.
void write_modules(int dir, const std::vector<phi::guest::Module>& modules) {
    constexpr auto fresh = "modules.new";
    phi::remove_tree_at(dir, fresh);
    if (::mkdirat(dir, fresh, 0755) != 0) throw phi::os_error(phi::text("mkdir ", fresh));
    const phi::UniqueFd to = phi::open_directory_at(dir, fresh);
    std::string order;
    for (const auto& module : modules) {
        phi::write_new(to.get(), module.name + ".ko", module.image, 0644);
        order += module.name + '\n';
    }
    phi::write_new(to.get(), "order", order, 0644);
    phi::remove_tree_at(dir, "modules");
    if (::renameat(dir, fresh, dir, "modules") != 0)
        throw phi::os_error(phi::text("rename ", fresh));
}

void prepare(const Options& options) {
    const std::string kernel = phi::guest::extract_kernel(
        phi::read_file(options.kernel, largest_kernel), options.arch, options.kernel);
    std::vector<phi::guest::Module> modules;
    std::vector<std::string> missing;
    if (!options.modules.empty())
        modules = phi::guest::ModuleTree(options.modules).closure(options.names, missing);
    const phi::UniqueFd dir = phi::make_directories(options.out + '/' + options.arch, 0755);
    phi::write_atomic(dir.get(), "kernel", kernel, 0644);
    write_modules(dir.get(), modules);
    for (const auto& name : missing)
        std::cerr << "runphi-prepare-guest: " << options.modules << " has no module " << name
                  << "; guests go without it\n";
    std::cout << options.out << '/' << options.arch << ": kernel of "
              << phi::format_bytes(kernel.size()) << ", " << modules.size() << " modules\n";
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Turns a distribution's kernel and modules into a guest kernel.");
    Options options;
    app.add_option("--arch", options.arch, "architecture of the kernel")
        ->required()
        ->check(CLI::IsMember({"x86_64", "aarch64"}));
    app.add_option("--kernel", options.kernel, "bzImage, vmlinux or Image")->required();
    app.add_option("--modules", options.modules, "folder lib/modules/RELEASE of the same kernel");
    app.add_option("--module", options.names, "a module to take, with what it needs; repeated");
    app.add_option("OUT", options.out, "guest folder; OUT/ARCH is written")->required();
    CLI11_PARSE(app, argc, argv);
    try {
        if (options.out.front() != '/')
            options.out = std::filesystem::absolute(options.out).string();
        prepare(options);
        return 0;
    } catch (const phi::Error& error) {
        std::cerr << "runphi-prepare-guest: " << error.message() << '\n';
        if (!error.hint().empty()) std::cerr << error.hint() << '\n';
    } catch (const std::exception& error) {
        std::cerr << "runphi-prepare-guest: " << error.what() << '\n';
    }
    return 1;
}

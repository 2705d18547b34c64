// SPDX-License-Identifier: Apache-2.0
#include "make.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <memory>

#include "../boot_files.hpp"
#include "../design.hpp"
#include "../image.hpp"
#include "../pages.hpp"
#include "../partial_tree.hpp"
#include "arguments.hpp"
#include "board_tree.hpp"
#include "devices.hpp"
#include "domain.hpp"
#include "folder.hpp"
#include "overlay.hpp"
#include "script.hpp"

namespace runphi::xen::dom0less {

using sdk::Code;
using sdk::Error;

namespace {

// From the arguments to the folder.
class Making {
  public:
    Making(const sdk::Host& host, Arguments args)
        : host_(host),
          args_(std::move(args)),
          board_(args_.board_tree.empty() ? nullptr
                                          : std::make_unique<BoardTree>(args_.board_tree)),
          window_(args_.load_address, args_.load_size.value_or(UINT64_MAX - args_.load_address)),
          folder_(args_.folder) {
        if (board_) window_.keep_to(board_->memory(), board_->used());
    }

    std::string run() {
        boot_.load = args_.load;
        boot_.whole_tree = board_ != nullptr;
        add_xen();
        unsigned number = 1;
        for (const auto& container : args_.containers) {
            while (board_ && board_->has("/chosen/" + node_name(number))) ++number;
            add(container, node_name(number++));
        }
        write_tree();
        folder_.write("boot.source", uboot_script(boot_));
        folder_.write("qemu.args", qemu_options(boot_));
        folder_.keep();
        return report();
    }

  private:
    static std::string node_name(unsigned number) { return "domU" + std::to_string(number); }

    void add_xen() {
        if (args_.xen.empty()) return;
        const sdk::UniqueFd file(::open(args_.xen.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat info {};
        if (!file || ::fstat(file.get(), &info) != 0)
            throw sdk::os_error("--xen: open " + args_.xen);
        const auto size = static_cast<std::uint64_t>(info.st_size);
        if (!S_ISREG(info.st_mode) || format_of(file.get(), size) != Format::arm64_image) {
            throw Error(Code::invalid, "--xen " + args_.xen + ": it is no arm64 Image");
        }
        // Xen clears memory behind its file, and moves itself to the end of memory.
        boot_.xen = Loaded{"xen", window_.take(size + (4U << 20), "Xen")};
        folder_.copy("xen", file.get(), size);
    }

    Range load(const std::string& name, std::uint64_t size) {
        const Range place = window_.take(size, name);
        boot_.files.push_back({name, place});
        return place;
    }

    void add(const Arguments::Container& container, const std::string& node) {
        const sdk::PlannedBundle planned =
            host_.plan_bundle(container.bundle, container.id, capabilities());
        const sdk::Plan plan(planned.plan);
        BootDomain domain = boot_domain(plan, args_);
        domain.node = node;
        for (const DevPart::Node& device : domain.config.dev.nodes) {
            if (!board_ || board_->has(device.path)) continue;
            throw Error(Code::not_found, "--dtb " + args_.board_tree + ": it has no node " +
                                             device.path + ", which the board file names");
        }
        const BootFiles files = boot_files(domain.config, planned.images);
        const std::string tree =
            device_tree(read_partial_tree(domain.config, planned.images), domain.config);
        domain.kernel = load(node + ".kernel", files.kernel_size);
        folder_.copy(node + ".kernel", files.kernel, files.kernel_size);
        if (files.ramdisk >= 0) {
            domain.ramdisk = load(node + ".initrd", files.ramdisk_size);
            folder_.copy(node + ".initrd", files.ramdisk, files.ramdisk_size);
        }
        if (!tree.empty()) {
            domain.device_tree = load(node + ".dtb", tree.size());
            folder_.write(node + ".dtb", tree);
        }
        domains_.push_back(std::move(domain));
    }

    void write_tree() {
        const std::string nodes = overlay(domains_);
        const std::string name = board_ ? "board.dtb" : "domains.dtbo";
        const std::string tree = board_ ? board_->with(nodes, args_.xen_parameters) : nodes;
        boot_.tree = {name, window_.take(tree.size(), name)};
        folder_.write(name, tree);
    }

    std::string report() const {
        std::string out;
        bool pinned = false;
        for (const BootDomain& domain : domains_) {
            const CpuPart& cpu = domain.config.cpu;
            out += domain.node + "  " + domain.id + ": " + std::to_string(cpu.vcpus) +
                   (cpu.vcpus == 1 ? " CPU, " : " CPUs, ") +
                   std::to_string(domain.config.mem.kib / 1024) + " MiB, kernel at " +
                   address(domain.kernel.base) + "\n";
            pinned = pinned || !cpu.affinity.empty();
        }
        if (pinned) {
            out +=
                "Xen does not pin them at boot: dom0 can (xl vcpu-pin), or Xen's parameter "
                "sched=null\n";
        }
        return out;
    }

    const sdk::Host& host_;
    const Arguments args_;
    std::unique_ptr<BoardTree> board_;
    Window window_;
    NewFolder folder_;
    BootScript boot_;
    std::vector<BootDomain> domains_;
};

}  // namespace

std::string make(const sdk::Host& host, const std::vector<std::string>& words) {
    return Making(host, parse(words)).run();
}

}  // namespace runphi::xen::dom0less

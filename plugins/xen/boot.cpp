// SPDX-License-Identifier: Apache-2.0
#include <runphi/sdk/kernel_parameters.hpp>
#include "../common/disk.hpp"
#include "backend.hpp"
#include "design.hpp"
#include "disk.hpp"
#include "image.hpp"
#include "kernel_parameters.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

void check_roles(const sdk::Plan& plan) {
    for (const sdk::PlannedImage& image : plan.images) {
        const bool fits = image.role == (plan.kind == "inmate" ? "inmate" : "kernel") ||
                          (image.role == "initrd" && plan.kind != "inmate") ||
                          (image.role == "disk" && plan.kind == "kernel") ||
                          (image.role == "dtb" && plan.arch == "aarch64");
        if (fits) continue;
        throw Error(Code::unsupported, "a " + image.role + " (" +
                                           (image.path.empty() ? "made by runPHI" : image.path) +
                                           "): a Xen domain of kind " + plan.kind + " for " +
                                           plan.arch + " takes none");
    }
}

void refuse_addresses(const sdk::Plan& plan, Format format) {
    if (!plan.load_address && !plan.entry_address) return;
    throw Error(Code::invalid,
                std::string("a load or entry address is given, but the inmate is ") +
                    describe(format) + ", which has its own",
                "give addresses with raw binaries only");
}

void refuse_alone(const sdk::PlannedImage& disk, const std::vector<sdk::Image>& images) {
    if (find_image(images, "kernel") != nullptr) return;
    throw Error(Code::unsupported,
                "the disk " + disk.path + " has no kernel beside it: a Xen domain has no firmware",
                "name the kernel, and its initrd, that the disk would boot");
}

BootPart boot_inmate(const sdk::Plan& plan, const sdk::Image& image) {
    const Format format = format_of(image.fd, image.length);
    BootPart part;
    part.inmate = true;
    part.cmdline = plan.cmdline;
    if (plan.arch == "x86_64") {
        if (plan.part("begin")->at("pv").boolean()) {
            throw Error(Code::unsupported, "an inmate: a domain of type \"pv\" boots kernels only",
                        "set \"type\" to \"pvh\" in backend_settings.xen");
        }
        if (format != Format::elf) {
            throw Error(Code::unsupported,
                        std::string("the inmate is ") + describe(format) +
                            ", and Xen loads ELF files with its note of the entry on x86",
                        "see the inmates in share/runPHI/inmates/x86_64-xen");
        }
        refuse_addresses(plan, format);
    } else if (format == Format::arm64_image) {
        refuse_addresses(plan, format);
    } else {
        part.raw = place_inmate(image, plan.load_address, plan.entry_address, plan.memory_size());
    }
    sdk::check_kernel_parameters(part.cmdline);
    return part;
}

}  // namespace

std::string XenBackend::boot(const sdk::Host&, const sdk::Planning& in) {
    const sdk::Plan plan(in.plan);
    check_roles(plan);
    if (const sdk::PlannedImage* disk = common::planned_disk(plan)) {
        check_disk(*disk, *find_image(in.images, "disk"));
        refuse_alone(*disk, in.images);
    }
    const sdk::Image& image = kernel_image(in.images);
    if (plan.kind == "inmate") return write_part(boot_inmate(plan, image));
    require_kernel(format_of(image.fd, image.length), plan.arch);
    BootPart part;
    part.cmdline = plan.kind == "linux"
                       ? linux_parameters(plan.cmdline, xen_console,
                                          plan.arch == "aarch64" ? "ttyAMA0" : "hvc1")
                       : own_kernel_parameters(plan.cmdline, xen_console);
    return write_part(part);
}

}  // namespace runphi::xen

// SPDX-License-Identifier: Apache-2.0
#include "design.hpp"

#include "../common/disk.hpp"
#include "domain/identity.hpp"
#include "network.hpp"
#include "pages.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

const sdk::Image* find_image(const std::vector<sdk::Image>& images, const char* role) {
    for (const sdk::Image& one : images) {
        if (one.role == role) return &one;
    }
    return nullptr;
}

const sdk::Image& kernel_image(const std::vector<sdk::Image>& images) {
    for (const char* role : {"kernel", "inmate"}) {
        if (const sdk::Image* image = find_image(images, role)) return *image;
    }
    throw Error(Code::invalid, "there is neither a kernel nor an inmate to boot");
}

namespace {

// The guest sees each page of a device or a channel at one place, and no two there.
void check_apart(const DomainConfig& domain) {
    std::vector<PageRange> all = domain.dev.iomem;
    all.insert(all.end(), domain.comm.channels.begin(), domain.comm.channels.end());
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            const bool apart = all[i].guest_first + all[i].count <= all[j].guest_first ||
                               all[j].guest_first + all[j].count <= all[i].guest_first;
            if (apart) continue;
            throw Error(Code::invalid, "the guest would see two things at one address: " +
                                           address(all[i].guest_first * page_size) + " and " +
                                           address(all[j].guest_first * page_size) + " overlap");
        }
    }
}

}  // namespace

DomainConfig design_domain(const sdk::Plan& plan) {
    DomainConfig out = read_parts(plan);
    if (const sdk::PlannedImage* disk = common::planned_disk(plan)) {
        out.disk = Disk{{}, {}, disk->writable};
    }
    for (Vif& one : container_vifs(plan)) out.net.vifs.push_back(std::move(one));
    out.name = domain_name(plan.partition);
    out.uuid = domain_uuid(plan.partition);
    check_apart(out);
    return out;
}

void check_images_fit(const std::vector<sdk::Image>& images, const DomainConfig& domain) {
    std::uint64_t bytes = 0;
    for (const sdk::Image& image : images) {
        if (image.role == "disk") continue;
        if (__builtin_add_overflow(bytes, image.length, &bytes)) bytes = UINT64_MAX;
    }
    if (bytes / 1024 < domain.mem.kib) return;
    throw Error(Code::invalid,
                "the guest's images have " + std::to_string(bytes) + " bytes, and its memory has " +
                    std::to_string(domain.mem.kib * 1024),
                "give the container more memory");
}

}  // namespace runphi::xen

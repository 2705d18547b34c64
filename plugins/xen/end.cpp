// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "design.hpp"

namespace runphi::xen {

// The whole plan is there: it must read back, and what lies in the guest's memory at once must fit.
std::string XenBackend::end(const sdk::Host&, const sdk::Planning& in) {
    const DomainConfig domain = design_domain(sdk::Plan(in.plan));
    const bool tree = find_image(in.images, "dtb") != nullptr;
    if (tree && !domain.dev.device_tree.empty()) {
        throw sdk::Error(sdk::Code::invalid,
                         "the container has a partial device tree, and a device of it has one in "
                         "the node's settings: a domain takes one",
                         "leave one of them out");
    }
    check_images_fit(in.images, domain);
    return {};
}

}  // namespace runphi::xen

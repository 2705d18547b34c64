// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <cstring>
#include <vector>

#include "plan.hpp"

namespace check {

// Images as an array of structs that are longer than ABI 1.0 wrote them.
class PackedImages {
  public:
    explicit PackedImages(const std::vector<BootImage>& images) {
        for (const BootImage& image : images) {
            Element element{};
            element.abi.size = sizeof element;
            element.abi.fd = image.fd.get();
            element.abi.length = image.length;
            std::strncpy(element.abi.role, image.role.c_str(), RUNPHI_ROLE_MAX - 1);
            elements_.push_back(element);
        }
    }

    const runphi_image* data() const { return elements_.empty() ? nullptr : &elements_[0].abi; }
    std::uint32_t count() const { return static_cast<std::uint32_t>(elements_.size()); }

  private:
    struct Element {
        runphi_image abi;
        unsigned char later[16];
    };
    std::vector<Element> elements_;
};

}  // namespace check

// SPDX-License-Identifier: Apache-2.0
#include "core/backend/images.hpp"

#include <cstring>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::backend {

std::vector<runphi_image> packed(const std::vector<boot::Image>& images) {
    std::vector<runphi_image> out;
    for (const boot::Image& image : images) {
        runphi_image one{};
        one.size = sizeof one;
        one.fd = image.fd.get();
        one.length = image.length;
        if (image.role.size() >= sizeof one.role) {
            throw Error(Code::internal, "image role " + quoted(image.role) + " is too long");
        }
        std::memcpy(one.role, image.role.data(), image.role.size());
        out.push_back(one);
    }
    return out;
}

}  // namespace phi::backend

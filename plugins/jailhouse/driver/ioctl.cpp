// SPDX-License-Identifier: Apache-2.0
#include "ioctl.hpp"

#include <cstring>
#include <runphi/sdk.hpp>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t id_size = 40;          // s32 id, u32 padding, char name[32]
constexpr std::size_t image_size = 32;       // u64 source, size, target, padding
constexpr std::size_t rcpu_image_size = 40;  // u32 id, u32 padding, char name[32]
constexpr std::size_t longest_rcpu_name = 31;

template <typename T>
void put(std::vector<char>& bytes, std::size_t at, T value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

std::uint64_t address_of(const void* data) {
    return reinterpret_cast<std::uintptr_t>(data);
}

std::vector<char> rcpu_list(const std::vector<RcpuImage>& images) {
    std::vector<char> out(images.size() * rcpu_image_size);
    for (std::size_t i = 0; i < images.size(); ++i) {
        const RcpuImage& one = images[i];
        if (one.name.empty() || one.name.size() > longest_rcpu_name) {
            throw Error(Code::invalid, "remote processor " + std::to_string(one.rcpu_id) +
                                           ": the name of its image, \"" + one.name +
                                           "\", must have 1 to 31 bytes");
        }
        put(out, i * rcpu_image_size, one.rcpu_id);
        std::memcpy(out.data() + i * rcpu_image_size + 8, one.name.data(), one.name.size());
    }
    return out;
}

// Behind the cell's id: the number of images, and of those for remote processors with their
// address.
std::size_t load_head_size(Layout layout) {
    return layout == Layout::omnivisor ? id_size + 16 : id_size + 8;
}

}  // namespace

std::vector<char> create_argument(const std::string& config) {
    std::vector<char> out(16);
    put(out, 0, address_of(config.data()));
    put(out, 8, static_cast<std::uint32_t>(config.size()));
    return out;
}

std::vector<char> cell_argument(int id) {
    std::vector<char> out(id_size);
    put(out, 0, static_cast<std::int32_t>(id));
    return out;
}

LoadArgument::LoadArgument(Layout layout, int id, const std::vector<LoadImage>& images,
                           const std::vector<RcpuImage>& rcpu_images)
    : rcpus_(rcpu_list(rcpu_images)), bytes_(load_head_size(layout) + images.size() * image_size) {
    const bool takes_rcpus = layout == Layout::omnivisor;
    if (!takes_rcpus && !rcpu_images.empty()) {
        throw Error(Code::unsupported, "images for remote processors: the driver of layout " +
                                           std::string(to_string(layout)) + " does not load them");
    }
    put(bytes_, 0, static_cast<std::int32_t>(id));
    put(bytes_, id_size, static_cast<std::uint32_t>(images.size()));
    if (takes_rcpus) {
        put(bytes_, 44, static_cast<std::uint32_t>(rcpu_images.size()));
        put(bytes_, 48, address_of(rcpus_.empty() ? nullptr : rcpus_.data()));
    }
    for (std::size_t i = 0; i < images.size(); ++i) {
        const std::size_t at = load_head_size(layout) + i * image_size;
        put(bytes_, at, address_of(images[i].data));
        put(bytes_, at + 8, images[i].size);
        put(bytes_, at + 16, images[i].target);
    }
}

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#include "images.hpp"

#include <algorithm>

#include "format/names.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

std::uint64_t largest(const std::vector<MemoryPiece>& memory) {
    std::uint64_t out = 0;
    for (const MemoryPiece& one : memory) out = std::max(out, one.size);
    return out;
}

bool holds(const MemoryPiece& piece, const LoadImage& image) {
    return piece.is_loadable() && image.target >= piece.virt &&
           image.target - piece.virt < piece.size &&
           image.size <= piece.size - (image.target - piece.virt);
}

std::string place_of(const LoadImage& image) {
    return std::to_string(image.size) + " bytes at " + hex(image.target);
}

const sdk::Image& only_inmate(const std::vector<sdk::Image>& images) {
    if (images.size() == 1 && images.front().role == "inmate") return images.front();
    throw Error(Code::unsupported,
                "a cell boots one image, an inmate; here are " + std::to_string(images.size()));
}

bool before(const LoadImage& a, const LoadImage& b) {
    return a.target < b.target;
}

}  // namespace

const sdk::Image& remote_image_of(const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    if (plan.kind != "inmate") {
        throw Error(Code::unsupported, "a guest of kind " + plan.kind +
                                           ": a remote processor runs an inmate, and no CPU does "
                                           "beside it");
    }
    return only_inmate(images);
}

Inmate inmate_of(const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    const sdk::Image& image = only_inmate(images);
    return common::read_inmate(image.fd, image.length, plan.arch, plan.load_address,
                               plan.entry_address);
}

CellImages::CellImages(std::vector<MemoryPiece> memory)
    : memory_(std::move(memory)), zeros_(Mapping::of_zeros(largest(memory_))) {
    std::erase_if(memory_, [](const MemoryPiece& one) { return !one.is_loadable(); });
    std::sort(memory_.begin(), memory_.end(),
              [](const MemoryPiece& a, const MemoryPiece& b) { return a.virt < b.virt; });
}

const Mapping& CellImages::mapping_of(const sdk::Image& image) {
    for (const File& one : files_) {
        if (one.fd == image.fd) return one.bytes;
    }
    files_.push_back({image.fd, Mapping::of_file(image.fd, image.length, "an image")});
    return files_.back().bytes;
}

void CellImages::add(const sdk::Image& image, std::uint64_t offset, std::uint64_t size,
                     std::uint64_t target) {
    if (offset > image.length || size > image.length - offset) {
        throw Error(Code::invalid, "the image of role " + image.role + " ends before byte " +
                                       std::to_string(offset + size));
    }
    if (size != 0) add({mapping_of(image).data() + offset, size, target});
}

void CellImages::add(const LoadImage& image) {
    if (std::none_of(memory_.begin(), memory_.end(),
                     [&](const MemoryPiece& one) { return holds(one, image); })) {
        throw Error(Code::invalid, place_of(image) + " do not fit into the cell's memory",
                    "give the container more memory");
    }
    for (const LoadImage& other : loads_) {
        if (image.target >= other.target + other.size || other.target >= image.target + image.size)
            continue;
        throw Error(Code::invalid, place_of(image) + " would lie over " + place_of(other));
    }
    loads_.insert(std::upper_bound(loads_.begin(), loads_.end(), image, before), image);
}

std::vector<LoadImage> CellImages::list() const {
    std::vector<LoadImage> out;
    auto next = loads_.begin();
    for (const MemoryPiece& piece : memory_) {
        const std::uint64_t end = piece.virt + piece.size;
        std::uint64_t at = piece.virt;
        for (; next != loads_.end() && next->target < end; ++next) {
            if (at < next->target) out.push_back({zeros_.data(), next->target - at, at});
            out.push_back(*next);
            at = next->target + next->size;
        }
        if (at < end) out.push_back({zeros_.data(), end - at, at});
    }
    return out;
}

}  // namespace runphi::jailhouse

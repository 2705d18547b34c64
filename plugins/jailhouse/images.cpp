// SPDX-License-Identifier: Apache-2.0
#include "images.hpp"

#include <sys/mman.h>

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

const char* map(int fd, std::uint64_t length, int flags) {
    void* at = ::mmap(nullptr, length, PROT_READ, flags, fd, 0);
    if (at == MAP_FAILED) throw sdk::os_error("map an image");
    return static_cast<const char*>(at);
}

void unmap(const char* at, std::uint64_t length) {
    if (at != nullptr) ::munmap(const_cast<char*>(at), length);
}

}  // namespace

const sdk::Image& inmate_image(const std::vector<sdk::Image>& images) {
    if (images.size() == 1 && images.front().role == "inmate") return images.front();
    throw Error(Code::unsupported,
                "a cell boots one image, an inmate; here are " + std::to_string(images.size()));
}

Inmate inmate_of(const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    const sdk::Image& image = inmate_image(images);
    return read_inmate(image.fd, image.length, plan.arch, plan.load_address, plan.entry_address);
}

CellImages::CellImages(const sdk::Image& image, const Inmate& inmate, const CellMemory& memory)
    : length_(image.length), zeros_length_(memory.size) {
    file_ = map(image.fd, length_, MAP_PRIVATE);
    // Pages that are only read are all the kernel's one page of zeros.
    zeros_ = map(-1, zeros_length_, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
    std::uint64_t at = memory.virt;
    for (const Segment& one : inmate.segments) {
        add_zeros(at, one.target);
        list_.push_back({file_ + one.offset, one.size, one.target});
        at = one.target + one.size;
    }
    add_zeros(at, memory.virt + memory.size);
}

CellImages::~CellImages() {
    unmap(file_, length_);
    unmap(zeros_, zeros_length_);
}

void CellImages::add_zeros(std::uint64_t from, std::uint64_t to) {
    if (from < to) list_.push_back({zeros_, to - from, from});
}

}  // namespace runphi::jailhouse

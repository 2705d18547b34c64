// SPDX-License-Identifier: Apache-2.0
#include "mapping.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <runphi/sdk.hpp>
#include <string>
#include <utility>

namespace runphi::common {

Mapping::Mapping(std::uint64_t length, int protection, int flags, int fd, const char* what)
    : length_(length) {
    if (length == 0) return;  // which cannot be mapped, and needs not
    void* at = ::mmap(nullptr, length, protection, MAP_PRIVATE | flags, fd, 0);
    if (at == MAP_FAILED) throw sdk::os_error(std::string("map ") + what);
    at_ = static_cast<char*>(at);
}

Mapping Mapping::of_file(int fd, std::uint64_t length, const char* what) {
    return {length, PROT_READ, 0, fd, what};
}

// Pages that are only read are all the kernel's one page of zeros.
Mapping Mapping::of_zeros(std::uint64_t length) {
    return {length, PROT_READ, MAP_ANONYMOUS | MAP_NORESERVE, -1, "zeros"};
}

Mapping Mapping::of_room(std::uint64_t length) {
    return {length, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_NORESERVE, -1, "memory"};
}

void Mapping::shrink(std::uint64_t length) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t kept = (length + page - 1) / page * page;
    if (kept < length_) ::munmap(at_ + kept, length_ - kept);
    length_ = length;
}

Mapping::Mapping(Mapping&& other) noexcept
    : at_(std::exchange(other.at_, nullptr)), length_(std::exchange(other.length_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
    std::swap(at_, other.at_);
    std::swap(length_, other.length_);
    return *this;
}

Mapping::~Mapping() {
    if (at_ != nullptr) ::munmap(at_, length_);
}

}  // namespace runphi::common

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace runphi::common {

// Owns a piece of this process's address space.
class Mapping {
  public:
    Mapping() = default;
    // The first `length` bytes of a file, to be read. `what` names it in errors.
    static Mapping of_file(int fd, std::uint64_t length, const char* what);
    // Zeros, to be read; they take no memory, however many they are.
    static Mapping of_zeros(std::uint64_t length);
    // Zeros, to be written.
    static Mapping of_room(std::uint64_t length);

    Mapping(Mapping&& other) noexcept;
    Mapping& operator=(Mapping&& other) noexcept;
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();

    char* data() const { return at_; }
    std::uint64_t size() const { return length_; }
    // Gives back what is behind the first `length` bytes.
    void shrink(std::uint64_t length);
    std::string_view bytes() const { return {at_, length_}; }

  private:
    Mapping(std::uint64_t length, int protection, int flags, int fd, const char* what);

    char* at_ = nullptr;
    std::uint64_t length_ = 0;
};

}  // namespace runphi::common

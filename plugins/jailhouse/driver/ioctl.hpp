// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../format/layout.hpp"

// The calls of /dev/jailhouse (driver/jailhouse.h of each tree) and their arguments, byte for byte.
// Numbers are of 64-bit machines, which are little-endian all.
namespace runphi::jailhouse {

namespace request {
inline constexpr std::uint32_t disable = 0x00000001;
inline constexpr std::uint32_t cell_create = 0x40100002;
inline constexpr std::uint32_t cell_start = 0x40280004;
inline constexpr std::uint32_t cell_destroy = 0x40280005;
// No call of the driver's: asks a model of it for the console, which the driver gives to read(2).
inline constexpr std::uint32_t model_console = 0;
// Its head has grown by the images of remote processors.
constexpr std::uint32_t cell_load(Layout layout) {
    return layout == Layout::omnivisor ? 0x40380003 : 0x40300003;
}
}  // namespace request

// Bytes that go into a cell's memory, at an address of the cell.
struct LoadImage {
    const void* data = nullptr;
    std::uint64_t size = 0;
    std::uint64_t target = 0;
};

// A file below /lib/firmware for a remote processor; Omnivisor only.
struct RcpuImage {
    std::uint32_t rcpu_id = 0;
    std::string name;  // at most 31 bytes
};

// Both point to what they were made from, which must outlive them.
std::vector<char> create_argument(const std::string& config);
std::vector<char> cell_argument(int id);

class LoadArgument {
  public:
    // Throws Error for images of remote processors where the layout has none, and for their names.
    LoadArgument(Layout layout, int id, const std::vector<LoadImage>& images,
                 const std::vector<RcpuImage>& rcpu_images);
    std::vector<char>& bytes() { return bytes_; }

  private:
    std::vector<char> rcpus_;  // bytes_ points to it
    std::vector<char> bytes_;
};

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#include "disk.hpp"

#include <string>
#include <string_view>

#include "../common/disk.hpp"
#include "files.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;

namespace {

// The header of a qcow2 file, big endian: QEMU's docs/interop/qcow2.txt.
struct Qcow2 {
    std::uint64_t magic_and_version = 0;
    std::uint64_t backing_file = 0;  // offset of its name; 0: none
    std::uint64_t virtual_size = 0;  // bytes
    std::uint64_t encryption = 0;    // 0: none
    std::uint64_t incompatible = 0;  // features that a reader must know; version 3
};
constexpr std::size_t header_size = 80;
constexpr std::uint64_t magic = 0x514649fb;  // "QFI\xfb"
constexpr std::uint64_t external_data_file = 1U << 2;
constexpr std::uint64_t largest_disk = std::uint64_t{1} << 46;  // 64 TiB

std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (const char c : bytes.substr(at, width)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

Qcow2 read_header(const sdk::Image& image, const std::string& what) {
    const std::string head = read_at(image.fd, 0, header_size, what);
    Qcow2 out;
    if (head.size() < header_size) return out;
    const std::uint64_t version = big_endian(head, 4, 4);
    if (big_endian(head, 0, 4) != magic || version < 2 || version > 3) return out;
    out.magic_and_version = magic << 32 | version;
    out.backing_file = big_endian(head, 8, 8);
    out.virtual_size = big_endian(head, 24, 8);
    out.encryption = big_endian(head, 32, 4);
    out.incompatible = version == 3 ? big_endian(head, 72, 8) : 0;
    return out;
}

[[noreturn]] void refuse(const std::string& what, const std::string& why,
                         const std::string& hint = {}) {
    throw Error(Code::invalid, what + ": " + why, hint);
}

void check_qcow2(const Qcow2& header, const std::string& what) {
    if (header.magic_and_version == 0) {
        refuse(what, "not a qcow2 file of version 2 or 3", "say which format it has");
    }
    if (header.backing_file != 0) {
        refuse(what, "the qcow2 file has a backing file, which would be a file of the host",
               "write it in one piece: qemu-img convert -O qcow2");
    }
    if ((header.incompatible & external_data_file) != 0) {
        refuse(what,
               "the qcow2 file keeps its data in another file, which would be one of the host",
               "write it in one piece: qemu-img convert -O qcow2");
    }
    if (header.encryption != 0) refuse(what, "the qcow2 file is encrypted");
    if (header.virtual_size == 0 || header.virtual_size > largest_disk) {
        refuse(what, "the qcow2 file has a disk of " + std::to_string(header.virtual_size) +
                         " bytes (expected 1 to " + std::to_string(largest_disk) + ")");
    }
}

}  // namespace

void check_disk(const sdk::PlannedImage& planned, const sdk::Image& image) {
    if (planned.format != "qcow2") return common::require_sectors(planned, image.length);
    const std::string what = common::name_of_disk(planned);
    check_qcow2(read_header(image, what), what);
}

std::uint64_t largest_file(const sdk::PlannedImage& planned, const sdk::Image& image) {
    if (planned.format != "qcow2") return image.length;
    const std::uint64_t size = read_header(image, common::name_of_disk(planned)).virtual_size;
    // The tables take less than an eighth, with the smallest clusters that there are.
    return image.length + size + size / 8 + (std::uint64_t{64} << 20);
}

}  // namespace runphi::qemu

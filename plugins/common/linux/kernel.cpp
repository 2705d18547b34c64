// SPDX-License-Identifier: Apache-2.0
#include "kernel.hpp"

#include <endian.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <runphi/sdk.hpp>
#include <string>
#include <utility>

#include "unpack.hpp"

namespace runphi::common {

using sdk::Code;
using sdk::Error;

namespace {

// Linux' Documentation/arch/arm64/booting.rst.
struct Header {
    std::uint32_t code[2];
    std::uint64_t text_offset, image_size, flags, reserved[3];
    char magic[4];
    std::uint32_t pe_header;
};
static_assert(sizeof(Header) == 64);
constexpr std::uint64_t big_endian = 1;  // of the flags
constexpr char magic[] = {'A', 'R', 'M', 0x64};
constexpr std::uint64_t boundary = 2U << 20;

std::string first_bytes(int fd, std::size_t size) {
    std::string out(size, '\0');
    ssize_t got = 0;
    do {
        got = ::pread(fd, out.data(), size, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) throw sdk::os_error("read the kernel");
    out.resize(static_cast<std::size_t>(got));
    return out;
}

Error no_kernel(const std::string& why) {
    return Error(Code::invalid, "the kernel: " + why,
                 "the backend boots an arm64 Image, or one that gzip has packed");
}

KernelHeader header_of(const std::string& begin, std::uint64_t length) {
    Header header{};
    if (begin.size() < sizeof header) throw no_kernel("its file is too short to be one");
    std::memcpy(&header, begin.data(), sizeof header);
    if (std::memcmp(header.magic, magic, sizeof magic) != 0) {
        throw no_kernel(begin.compare(4, 4, "zimg") == 0
                            ? "it is packed as an EFI program (zboot)"
                            : "it is no arm64 Image: there is no \"ARM\\x64\" at 0x38");
    }
    if ((le64toh(header.flags) & big_endian) != 0) throw no_kernel("it is a big-endian one");
    const KernelHeader out{le64toh(header.text_offset), le64toh(header.image_size)};
    if (out.image_size == 0) throw no_kernel("it does not say how large it is (before Linux 3.17)");
    if (out.text_offset >= boundary || out.text_offset % 4096 != 0) {
        throw no_kernel("its text offset is " + std::to_string(out.text_offset) +
                        "; expected whole pages below 2 MiB");
    }
    // One whose file was padded is fine.
    return {out.text_offset, std::max(out.image_size, length)};
}

}  // namespace

Kernel::Kernel(Mapping content, const KernelHeader& header)
    : content_(std::move(content)), header_(header) {}

Kernel Kernel::open(int fd, std::uint64_t length, std::uint64_t most) {
    const std::string begin = first_bytes(fd, sizeof(Header));
    if (begin.compare(0, 2, "\x1f\x8b") != 0) {
        const KernelHeader header = header_of(begin, length);
        return {Mapping::of_file(fd, length, "the kernel"), header};
    }
    Mapping unpacked = unpack_gzip(fd, length, most);
    const std::string head(unpacked.bytes().substr(0, sizeof(Header)));
    const KernelHeader header = header_of(head, unpacked.size());
    return {std::move(unpacked), header};
}

}  // namespace runphi::common

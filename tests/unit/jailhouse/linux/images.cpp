// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/linux/images.hpp"

#include <zlib.h>

#include <stdexcept>

namespace jailhouse_test {

std::string kernel_image(std::uint64_t image_size, std::uint64_t text_offset) {
    const auto le64 = [](std::uint64_t value) {
        std::string out;
        for (int i = 0; i < 8; ++i) out += static_cast<char>(value >> 8 * i & 255);
        return out;
    };
    std::string out(8, '\x1f');
    out += le64(text_offset) + le64(image_size) + le64(0xa) + std::string(24, '\0') + "ARM\x64";
    return out + std::string(4, '\0');
}

std::string gzipped(const std::string& bytes) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("deflateInit2");
    }
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

}  // namespace jailhouse_test

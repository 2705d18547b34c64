// SPDX-License-Identifier: Apache-2.0
#include "unpack.hpp"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <runphi/sdk.hpp>
#include <string>
#include <vector>

namespace runphi::common {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::uint64_t step = std::uint64_t{1} << 20;  // bytes that one call of zlib is given

[[noreturn]] void damaged() {
    throw Error(Code::invalid, "the kernel's gzip data is damaged or cut off");
}

std::size_t read_step(int fd, std::vector<unsigned char>& out, std::uint64_t offset) {
    for (;;) {
        const ssize_t got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) throw sdk::os_error("read the kernel");
    }
}

}  // namespace

Mapping unpack_gzip(int fd, std::uint64_t length, std::uint64_t most) {
    z_stream stream{};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) damaged();
    const std::unique_ptr<z_stream, int (*)(z_streamp)> guard(&stream, inflateEnd);
    // One byte more than there may be, so that too much is seen.
    Mapping room = Mapping::of_room(most + 1);
    std::vector<unsigned char> in(std::min(step, length));
    std::uint64_t taken = 0, made = 0;
    for (int result = Z_OK; result != Z_STREAM_END;) {
        if (stream.avail_in == 0) {
            const std::size_t got = read_step(fd, in, taken);
            if (got == 0) damaged();
            taken += got;
            stream.next_in = in.data();
            stream.avail_in = static_cast<uInt>(got);
        }
        const std::uint64_t part = std::min(step, room.size() - made);
        stream.next_out = reinterpret_cast<Bytef*>(room.data() + made);
        stream.avail_out = static_cast<uInt>(part);
        result = inflate(&stream, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_STREAM_END) damaged();
        made += part - stream.avail_out;
        if (made > most) {
            throw Error(Code::no_resource,
                        "the kernel is larger than the container's memory, " +
                            std::to_string(most >> 20) + " MiB, when it is unpacked",
                        "give the container more memory");
        }
    }
    room.shrink(made);
    return room;
}

}  // namespace runphi::common

// SPDX-License-Identifier: Apache-2.0
#include "guest/prepare/decompress.hpp"

#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#ifdef RUNPHI_HAVE_ZSTD
#include <zstd.h>
#endif

#include <algorithm>
#include <cstdint>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "guest/prepare/binary.hpp"

namespace phi::guest {
namespace {

constexpr std::size_t first_room = std::size_t{64} << 10;
constexpr std::size_t chunk = std::size_t{1} << 20;  // what one step is given at most
// A block of the legacy format holds at most this much (lz4's lib/lz4frame.c, LEGACY_BLOCKSIZE).
constexpr std::size_t lz4_block = std::size_t{8} << 20;
// A byte of it stands for at most so many (lz4's doc/lz4_Block_format.md: lengths grow by 255 a
// byte).
constexpr std::size_t lz4_expansion = 255;

[[noreturn]] void damaged(const std::string& what, const char* format) {
    throw Error(Code::invalid, text(what, ": the ", format, " data is damaged or cut off"));
}

// Room for one more step of a decoder, never beyond the limit.
std::size_t make_room(std::string& out, std::size_t used, std::size_t limit,
                      const std::string& what) {
    if (used >= limit)
        throw Error(Code::invalid,
                    text(what, ": larger than ", format_bytes(limit), " when it is decompressed"));
    out.resize(std::min(limit, std::max(used + first_room, 2 * used)));
    return out.size() - used;
}

std::string gunzip(std::string_view bytes, const std::string& what, std::size_t limit) {
    z_stream stream{};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) damaged(what, "gzip");
    const std::unique_ptr<z_stream, int (*)(z_streamp)> guard(&stream, inflateEnd);
    std::string out;
    std::size_t used = 0;
    std::size_t taken = 0;
    for (int result = Z_OK; result != Z_STREAM_END;) {
        const auto room = std::min(make_room(out, used, limit, what), chunk);
        const auto given = std::min(bytes.size() - taken, chunk);
        stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data() + taken));
        stream.avail_in = static_cast<uInt>(given);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
        stream.avail_out = static_cast<uInt>(room);
        result = inflate(&stream, Z_NO_FLUSH);
        taken += given - stream.avail_in;
        used += room - stream.avail_out;
        if (result != Z_OK && result != Z_STREAM_END) damaged(what, "gzip");
    }
    out.resize(used);
    return out;
}

std::string unxz(std::string_view bytes, const std::string& what, std::size_t limit) {
    lzma_stream stream = LZMA_STREAM_INIT;
    constexpr std::uint64_t memory = std::uint64_t{256} << 20;
    if (lzma_stream_decoder(&stream, memory, 0) != LZMA_OK) damaged(what, "xz");
    const std::unique_ptr<lzma_stream, void (*)(lzma_stream*)> guard(&stream, lzma_end);
    stream.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
    stream.avail_in = bytes.size();
    std::string out;
    std::size_t used = 0;
    for (lzma_ret result = LZMA_OK; result != LZMA_STREAM_END;) {
        const auto room = make_room(out, used, limit, what);
        stream.next_out = reinterpret_cast<std::uint8_t*>(out.data() + used);
        stream.avail_out = room;
        result = lzma_code(&stream, LZMA_RUN);
        used += room - stream.avail_out;
        if (result != LZMA_OK && result != LZMA_STREAM_END) damaged(what, "xz");
    }
    out.resize(used);
    return out;
}

// Blocks of a 32-bit length and that many bytes, after the magic number. The format has no end
// mark: what is too short or too large to be a block is what the kernel's build appended.
std::string unlz4_legacy(std::string_view bytes, const std::string& what, std::size_t limit) {
    std::string out;
    std::size_t used = 0;
    std::uint64_t at = 4;
    bool last = false;
    while (const auto length = read_at<std::uint32_t>(bytes, at)) {
        const auto block = slice(bytes, at + 4, *length);
        // The kernel appends its uncompressed size, which is never the length of a block that fits.
        if (used > 0 && *length == used && at + 4 == bytes.size()) break;
        if (last || !block || *length == 0 || *length > LZ4_COMPRESSBOUND(lz4_block))
            damaged(what, "lz4");
        const auto most = std::min(lz4_block, std::size_t{*length} * lz4_expansion);
        const auto room = std::min(most, limit > used ? limit - used : 0);
        out.resize(used + room);
        const int got = LZ4_decompress_safe(block->data(), out.data() + used,
                                            static_cast<int>(*length), static_cast<int>(room));
        if (got < 0 && room < most) make_room(out, limit, limit, what);
        if (got < 0) damaged(what, "lz4");
        used += static_cast<std::size_t>(got);
        last = static_cast<std::size_t>(got) < lz4_block;
        at += 4 + std::uint64_t{*length};
    }
    if (used == 0) damaged(what, "lz4");
    out.resize(used);
    return out;
}

#ifdef RUNPHI_HAVE_ZSTD
std::string unzstd(std::string_view bytes, const std::string& what, std::size_t limit) {
    const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                               ZSTD_freeDStream);
    if (!stream) damaged(what, "zstd");
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    std::string out;
    std::size_t used = 0;
    for (std::size_t result = 1; result != 0;) {
        const auto room = make_room(out, used, limit, what);
        ZSTD_outBuffer to{out.data() + used, room, 0};
        result = ZSTD_decompressStream(stream.get(), &to, &in);
        used += to.pos;
        if (ZSTD_isError(result) != 0 || (result != 0 && in.pos == in.size && to.pos < to.size))
            damaged(what, "zstd");
    }
    out.resize(used);
    return out;
}
#endif

bool starts(std::string_view bytes, std::string_view magic) {
    return bytes.substr(0, magic.size()) == magic;
}

}  // namespace

Compression compression_of(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (starts(bytes,
               "\x7f"
               "ELF"sv))
        return Compression::none;
    if (starts(bytes, "\x1f\x8b"sv)) return Compression::gzip;
    if (starts(bytes,
               "\xfd"
               "7zXZ\0"sv))
        return Compression::xz;
    if (starts(bytes, "\x02\x21\x4c\x18"sv)) return Compression::lz4_legacy;
    if (starts(bytes, "\x28\xb5\x2f\xfd"sv)) return Compression::zstd;
    return Compression::unknown;
}

std::string decompress(std::string_view bytes, const std::string& what, std::size_t limit) {
    switch (compression_of(bytes)) {
        case Compression::none:
            return std::string(bytes);
        case Compression::gzip:
            return gunzip(bytes, what, limit);
        case Compression::xz:
            return unxz(bytes, what, limit);
        case Compression::lz4_legacy:
            return unlz4_legacy(bytes, what, limit);
        case Compression::zstd:
#ifdef RUNPHI_HAVE_ZSTD
            return unzstd(bytes, what, limit);
#else
            throw Error(Code::unsupported, text(what, ": compressed with zstd"),
                        "build runPHI with libzstd-dev installed");
#endif
        case Compression::unknown:
            break;
    }
    throw Error(Code::unsupported, text(what, ": compressed in a way that is not known"),
                "gzip, xz, lz4 and zstd are");
}

}  // namespace phi::guest

// SPDX-License-Identifier: Apache-2.0
#include "unit/guest/samples.hpp"

#include <elf.h>
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#ifdef RUNPHI_HAVE_ZSTD
#include <zstd.h>
#endif

#include <algorithm>
#include <random>
#include <stdexcept>

namespace samples {
namespace {

void check(bool ok) {
    if (!ok) throw std::logic_error("a sample cannot be made");
}

std::uint8_t* raw(std::string& text) {
    return reinterpret_cast<std::uint8_t*>(text.data());
}
const std::uint8_t* raw(const std::string& text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

}  // namespace

std::string gzip(const std::string& data) {
    z_stream stream{};
    check(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(deflateBound(&stream, data.size()) + 64, '\0');
    stream.next_in = const_cast<Bytef*>(raw(data));
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = raw(out);
    stream.avail_out = static_cast<uInt>(out.size());
    check(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string xz(const std::string& data) {
    std::string out(lzma_stream_buffer_bound(data.size()), '\0');
    std::size_t used = 0;
    check(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, nullptr, raw(data), data.size(), raw(out),
                                  &used, out.size()) == LZMA_OK);
    out.resize(used);
    return out;
}

std::string lz4_legacy(const std::string& data) {
    constexpr std::size_t block = std::size_t{8} << 20;
    std::string out;
    put(out, 0, std::uint32_t{0x184c2102});
    for (std::size_t at = 0; at < data.size(); at += block) {
        const auto length = static_cast<int>(std::min(block, data.size() - at));
        std::string packed(static_cast<std::size_t>(LZ4_compressBound(length)), '\0');
        const int got = LZ4_compress_default(data.data() + at, packed.data(), length,
                                             static_cast<int>(packed.size()));
        check(got > 0);
        put(out, out.size(), static_cast<std::uint32_t>(got));
        out.append(packed, 0, static_cast<std::size_t>(got));
    }
    return out;
}

#ifdef RUNPHI_HAVE_ZSTD
std::string zstd(const std::string& data) {
    std::string out(ZSTD_compressBound(data.size()), '\0');
    const auto used = ZSTD_compress(out.data(), out.size(), data.data(), data.size(), 3);
    check(ZSTD_isError(used) == 0);
    out.resize(used);
    return out;
}
#endif

std::string vmlinux(const std::string& body, std::uint32_t note_type, const std::string& owner) {
    std::string note;
    put(note, 0, static_cast<std::uint32_t>(owner.size() + 1));
    put(note, 4, std::uint32_t{4});
    put(note, 8, note_type);
    note += owner + '\0';
    note.resize((note.size() + 3) & ~std::size_t{3});
    put(note, note.size(), std::uint32_t{0x1000000});
    Elf64_Ehdr header{};
    std::copy_n(ELFMAG, SELFMAG, header.e_ident);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = ET_EXEC;
    header.e_machine = EM_X86_64;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = 2;
    Elf64_Phdr load{};
    load.p_type = PT_LOAD;
    load.p_offset = sizeof header + 2 * sizeof load + note.size();
    load.p_filesz = load.p_memsz = body.size();
    Elf64_Phdr notes{};
    notes.p_type = PT_NOTE;
    notes.p_offset = sizeof header + 2 * sizeof load;
    notes.p_filesz = notes.p_memsz = note.size();
    std::string out;
    put(out, 0, header);
    put(out, out.size(), load);
    put(out, out.size(), notes);
    return out + note + body;
}

std::string bzimage(std::string payload, std::size_t size, unsigned setup_sectors) {
    if (size != 0) put(payload, payload.size(), static_cast<std::uint32_t>(size));
    constexpr std::uint32_t before = 100;  // the decompressor's code
    std::string out((setup_sectors + 1) * 512 + before, '\x90');
    put(out, 0x1f1, static_cast<std::uint8_t>(setup_sectors));
    out.replace(0x202, 4, "HdrS");
    put(out, 0x206, std::uint16_t{0x020f});
    put(out, 0x248, before);
    put(out, 0x24c, static_cast<std::uint32_t>(payload.size()));
    return out + payload + std::string(64, '\x90');
}

std::string module(const std::string& modinfo) {
    const std::string names("\0.shstrtab\0.modinfo\0", 20);
    Elf64_Ehdr header{};
    std::copy_n(ELFMAG, SELFMAG, header.e_ident);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = ET_REL;
    header.e_shentsize = sizeof(Elf64_Shdr);
    header.e_shnum = 3;
    header.e_shstrndx = 1;
    Elf64_Shdr strings{};
    strings.sh_name = 1;
    strings.sh_type = SHT_STRTAB;
    strings.sh_offset = sizeof header;
    strings.sh_size = names.size();
    Elf64_Shdr info{};
    info.sh_name = 11;
    info.sh_type = SHT_PROGBITS;
    info.sh_offset = sizeof header + names.size();
    info.sh_size = modinfo.size();
    header.e_shoff = info.sh_offset + info.sh_size;
    std::string out;
    put(out, 0, header);
    out += names + modinfo;
    put(out, out.size(), Elf64_Shdr{});
    put(out, out.size(), strings);
    put(out, out.size(), info);
    return out;
}

std::string arm64_image(const std::string& body) {
    std::string out(64, '\0');
    out.replace(0x38, 4, "ARM\x64");
    return out + body;
}

std::string zboot(const std::string& payload) {
    std::string out(64, '\0');
    out.replace(0, 2, "MZ");
    out.replace(4, 4, "zimg");
    put(out, 8, std::uint32_t{64});
    put(out, 12, static_cast<std::uint32_t>(payload.size()));
    out.replace(24, 4, "gzip");
    return out + payload + std::string(16, '\x55');
}

std::string bytes(std::size_t count) {
    std::mt19937 random(99);
    std::string out(count, '\0');
    for (auto& byte : out) byte = static_cast<char>(random() % 7);
    return out;
}

}  // namespace samples

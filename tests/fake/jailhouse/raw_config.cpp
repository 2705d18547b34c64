// SPDX-License-Identifier: Apache-2.0
#include "fake/jailhouse/raw_config.hpp"

namespace fake_jailhouse {

namespace {

constexpr std::uint64_t most = 64U << 10;
constexpr std::uint8_t ivshmem = 3;

class Bytes {
  public:
    explicit Bytes(const std::string& bytes) : bytes_(bytes) {}

    std::uint64_t number(std::uint64_t at, unsigned size) const {
        std::uint64_t value = 0;
        for (unsigned i = size; i-- > 0;) value = value << 8 | byte(at + i);
        return value;
    }
    std::uint32_t u32(std::uint64_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
    std::uint64_t u64(std::uint64_t at) const { return number(at, 8); }
    std::set<unsigned> bits(std::uint64_t at, std::uint64_t size) const {
        std::set<unsigned> out;
        for (unsigned n = 0; n < size * 8; ++n) {
            if ((byte(at + n / 8) >> (n % 8) & 1U) != 0) out.insert(n);
        }
        return out;
    }
    std::string text(std::uint64_t at, std::size_t most_bytes) const {
        std::string out;
        for (std::size_t i = 0; i < most_bytes && byte(at + i) != 0; ++i) {
            out += static_cast<char>(byte(at + i));
        }
        return out;
    }

  private:
    std::uint8_t byte(std::uint64_t at) const {
        return at < bytes_.size() ? static_cast<std::uint8_t>(bytes_[at]) : 0;
    }
    const std::string& bytes_;
};

// The header's numbers behind cpu_set_size, each a table: its size of an element.
struct TableSize {
    std::uint64_t at, element;
};
constexpr TableSize master_tables[] = {{48, 1}, {52, 32}, {56, 12}, {60, 32},
                                       {64, 4}, {68, 56}, {72, 8},  {76, 4}};
constexpr TableSize omnivisor_tables[] = {{48, 1},  {52, 1},  {56, 1},  {60, 40}, {64, 12},
                                          {68, 32}, {72, 4},  {76, 56}, {80, 8},  {84, 4},
                                          {88, 20}, {92, 66}, {96, 109}};

RawRegion region_at(const Bytes& bytes, std::uint64_t at) {
    return {bytes.u64(at), bytes.u64(at + 8), bytes.u64(at + 16), bytes.u64(at + 24)};
}

void add_link(const Bytes& bytes, std::uint64_t at, std::vector<RawLink>& links) {
    if (bytes.number(at, 1) != ivshmem) return;
    links.push_back({static_cast<std::uint16_t>(bytes.number(at + 4, 2)), bytes.u32(at + 48),
                     static_cast<std::uint8_t>(bytes.number(at + 52, 1)),
                     static_cast<std::uint8_t>(bytes.number(at + 53, 1))});
}

}  // namespace

std::size_t header_size(Flavour flavour) {
    return flavour == Flavour::master ? 132 : 152;
}

RawConfig parse_raw(const std::string& data, Flavour flavour) {
    const Bytes bytes(data);
    const bool master = flavour == Flavour::master;
    RawConfig out;
    out.signature = data.substr(0, 5);
    out.arch = static_cast<std::uint8_t>(bytes.number(5, 1));
    out.revision = static_cast<std::uint16_t>(bytes.number(6, 2));
    out.name = bytes.text(8, 31);
    out.flags = bytes.u32(44);
    out.reset_address = bytes.u64(master ? 84 : 104);
    out.reply_timeout = bytes.u64(master ? 92 : 112);

    std::uint64_t at = out.size = header_size(flavour);
    const TableSize* first = master ? std::begin(master_tables) : std::begin(omnivisor_tables);
    const TableSize* last = master ? std::end(master_tables) : std::end(omnivisor_tables);
    for (const TableSize* table = first; table != last; ++table) {
        out.size += bytes.u32(table->at) * table->element;
    }
    if (out.size > most) return out;

    for (const TableSize* table = first; table != last; ++table) {
        const std::uint32_t count = bytes.u32(table->at);
        if (table->at == 48) out.cpus = bytes.bits(at, count);
        if (table->at == 52 && !master) out.rcpus = bytes.bits(at, count);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t element = at + i * table->element;
            if (table->at == (master ? 52U : 60U)) out.regions.push_back(region_at(bytes, element));
            if (table->element == 56) add_link(bytes, element, out.links);
        }
        at += count * table->element;
    }
    return out;
}

}  // namespace fake_jailhouse

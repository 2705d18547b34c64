// SPDX-License-Identifier: Apache-2.0
#include "read.hpp"

#include <runphi/sdk.hpp>
#include <vector>

#include "bytes.hpp"
#include "detect.hpp"
#include "system_fields.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

// One record of the file: where it is, and what it is called in errors.
struct Place {
    std::size_t offset = 0;
    std::string name;  // "memory region 3", empty for the file's own header
};

class Reader {
  public:
    Reader(std::string_view bytes, Format format, const std::string& what)
        : bytes_(bytes), layout_(format.layout), what_(what) {}

    // All members of `record`, and nothing but zeros between them.
    template <typename Record>
    void record(const Place& place, Record& record) const {
        std::vector<bool> covered(element_size<Record>(layout_));
        cover(covered, 0, prefix<Record>);
        for_each_entry<Record>([&](const auto& entry) {
            const std::int16_t offset = of(entry.offset, layout_);
            if (offset == none) return;
            const auto at = static_cast<std::size_t>(offset);
            cover(covered, at, read(place, at, entry, record));
        });
        require_zero(place, covered);
    }

    // The tables behind a cell's header, which has been read: they have their sizes already.
    void tables(std::size_t at, Cell& cell) const {
        for_each_table([&]<typename Element>(const Table<Element>& table) {
            std::vector<Element>& list = cell.*table.member;
            for (std::size_t i = 0; i < list.size(); ++i) {
                if constexpr (Described<Element>) {
                    record({at, Shape<Element>::name + (" " + std::to_string(i))}, list[i]);
                } else {
                    list[i] = load_le<Element>(bytes_, at);
                }
                at += element_size<Element>(layout_);
            }
        });
    }

  private:
    // Each returns how many bytes it has read.
    template <typename R, typename T>
    std::size_t read(const Place& place, std::size_t at, const Field<R, T>& entry,
                     R& record) const {
        if (!entry.present(record)) return 0;
        for_each_part(record.*entry.member, layout_, [&](std::size_t part, auto& value) {
            this->value({place.offset + at + part, joined(place.name, entry.name)}, value);
        });
        return width_of<T>(layout_);
    }
    template <typename R>
    std::size_t read(const Place& place, std::size_t at, const Text<R>& entry, R& record) const {
        const std::string_view field = bytes_.substr(place.offset + at, entry.size);
        const std::string_view text = field.substr(0, field.find('\0'));
        const std::size_t rest = field.find_first_not_of('\0', text.size());
        if (rest != std::string_view::npos) {
            fail(joined(place.name, entry.name), place.offset + at + rest,
                 "byte " + hex(load_le<std::uint8_t>(field, rest)) + " behind the end of the text");
        }
        record.*entry.member = text;
        return entry.size;
    }
    // The sum of all counts has been compared with the length of the file.
    template <typename R, typename E>
    std::size_t read(const Place& place, std::size_t at, const Count<R, E>& entry,
                     R& record) const {
        (record.*entry.member).resize(load_le<std::uint32_t>(bytes_, place.offset + at));
        return sizeof(std::uint32_t);
    }

    template <typename T>
    void value(const Place& place, T& out) const {
        if constexpr (Described<T>) {
            record(place, out);
        } else {
            out = load_le<T>(bytes_, place.offset);
        }
    }

    void require_zero(const Place& place, const std::vector<bool>& covered) const {
        for (std::size_t i = 0; i < covered.size(); ++i) {
            if (covered[i] || bytes_[place.offset + i] == '\0') continue;
            fail(joined(place.name, "padding"), place.offset + i,
                 hex(load_le<std::uint8_t>(bytes_, place.offset + i)) + ", expected 0");
        }
    }

    static void cover(std::vector<bool>& covered, std::size_t at, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) covered.at(at + i) = true;
    }
    static std::string joined(const std::string& place, const char* name) {
        return place.empty() ? name : place + ", " + name;
    }
    [[noreturn]] void fail(const std::string& name, std::size_t offset,
                           const std::string& found) const {
        throw Error(Code::invalid,
                    what_ + ": " + name + " at offset " + std::to_string(offset) + ": " + found);
    }

    std::string_view bytes_;
    Layout layout_;
    const std::string& what_;
};

void check_length(std::string_view bytes, Format format, const std::string& what) {
    const auto claimed = claimed_size(bytes, format);
    if (claimed == bytes.size()) return;
    const std::string kind = std::string("a ") + to_string(format.kind) +
                             " configuration of layout " + std::string(to_string(format.layout));
    throw Error(Code::invalid,
                what + ": the file has " + std::to_string(bytes.size()) + " bytes, and " + kind +
                    (claimed ? " with these counts has " + std::to_string(*claimed)
                             : " has at least " + std::to_string(smallest_size(format))));
}

// The architecture that the file names; nullopt if its layout names none.
std::optional<Arch> check_header(std::string_view bytes, Format format, const std::string& what) {
    constexpr std::size_t arch_offset = 5;
    const std::string expected = signature_of(format, Arch::x86);
    std::string found(bytes.substr(0, expected.size()));
    const bool names_arch = facts_of(format.layout).has_arch;
    if (names_arch) found[arch_offset] = '\0';
    if (found != expected) {
        throw Error(Code::invalid, what + ": signature or revision is not that of a " +
                                       to_string(format.kind) + " configuration of layout " +
                                       std::string(to_string(format.layout)));
    }
    if (!names_arch) return std::nullopt;
    const auto arch = load_le<std::uint8_t>(bytes, arch_offset);
    if (arch > static_cast<std::uint8_t>(Arch::arm64)) {
        throw Error(Code::invalid, what + ": architecture at offset 5: " + std::to_string(arch) +
                                       ", expected 0 (x86), 1 (arm) or 2 (arm64)");
    }
    return static_cast<Arch>(arch);
}

System read_system_of(std::string_view bytes, Format format, const std::string& what, Arch arch) {
    const Reader reader(bytes, format, what);
    System system;
    system.arch = system.root_cell.arch = arch;
    reader.record({0, {}}, system);
    reader.tables(element_size<System>(format.layout), system.root_cell);
    return system;
}

// Of a file that does not name its architecture: has it a plausible GIC where the others have
// timers?
bool looks_like_arm(const System& system) {
    constexpr std::uint64_t no_address = std::uint64_t{1} << 48;
    const ArmPlatform& arm = system.arm;
    const bool version = arm.gic_version == 2 || arm.gic_version == 3;
    return version && arm.gicd_base != 0 && arm.gicd_base < no_address && arm.gicd_base % 4096 == 0;
}

std::optional<System> as_arm(std::string_view bytes, Format format, const std::string& what) {
    try {
        System system = read_system_of(bytes, format, what, Arch::arm64);
        if (looks_like_arm(system)) return system;
    } catch (const Error&) {
        // Then it is x86, or what is wrong is found again.
    }
    return std::nullopt;
}

}  // namespace

Cell read_cell(std::string_view bytes, Layout layout, const std::string& what,
               std::optional<Arch> arch) {
    const Format format{Kind::cell, layout};
    check_length(bytes, format, what);
    const std::optional<Arch> named = check_header(bytes, format, what);
    const Reader reader(bytes, format, what);
    Cell cell;
    reader.record({0, {}}, cell);
    reader.tables(element_size<Cell>(layout), cell);
    const Arch likely = cell.pio.empty() && cell.caches.empty() ? Arch::arm64 : Arch::x86;
    cell.arch = named.value_or(arch.value_or(likely));
    return cell;
}

System read_system(std::string_view bytes, Layout layout, const std::string& what,
                   std::optional<Arch> arch) {
    const Format format{Kind::system, layout};
    check_length(bytes, format, what);
    if (const auto named = check_header(bytes, format, what)) arch = named;
    if (arch) return read_system_of(bytes, format, what, *arch);
    if (auto system = as_arm(bytes, format, what)) return *system;
    return read_system_of(bytes, format, what, Arch::x86);
}

}  // namespace runphi::jailhouse

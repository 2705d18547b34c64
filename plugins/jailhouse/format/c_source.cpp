// SPDX-License-Identifier: Apache-2.0
#include "c_source.hpp"

#include "number_set.hpp"
#include "system_fields.hpp"

namespace runphi::jailhouse {

namespace {

std::string c_string(const std::string& text) {
    std::string out = "\"";
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte >= ' ' && byte < 0x7f && letter != '"' && letter != '\\') {
            out += letter;
        } else {
            // Three octal digits: a fourth one is the next letter.
            out += '\\';
            for (const unsigned shift : {6U, 3U, 0U}) {
                out += static_cast<char>('0' + (byte >> shift & 7U));
            }
        }
    }
    return out + "\"";
}

template <typename E>
const char* table_of(std::vector<E> Cell::*member) {
    const char* name = nullptr;
    for_each_table(overloaded{
        [&](const Table<E>& table) {
            if (table.member == member) name = table.c_name;
        },
        [](const auto&) {},
    });
    return name;
}

// The designated initialisers of a record, without what is zero.
class Initialisers {
  public:
    Initialisers(Layout layout, unsigned depth) : layout_(layout), depth_(depth) {}

    // ".name = value," on a line of its own.
    void line(const std::string& name, const std::string& value) {
        text_ += std::string(depth_, '\t') + "." + name + " = " + value + ",\n";
    }

    template <typename Record>
    Initialisers& members(const Record& record) {
        for_each_entry<Record>([&](const auto& entry) {
            if (of(entry.offset, layout_) != none) member(entry, record);
        });
        return *this;
    }

    // "{...}" around everything so far.
    std::string braced() const { return "{\n" + text_ + std::string(depth_ - 1, '\t') + "}"; }

  private:
    template <typename R, typename T>
    void member(const Field<R, T>& entry, const R& record) {
        const T& value = record.*entry.member;
        if (value == T{} || !entry.present(record)) return;
        if (entry.names == &msi_bits) return bit_fields(value, msi_bits);
        line(entry.name, expression(value, entry.names));
    }
    template <typename R>
    void member(const Text<R>& entry, const R& record) {
        if (!(record.*entry.member).empty()) line(entry.name, c_string(record.*entry.member));
    }
    template <typename R, typename E>
    void member(const Count<R, E>& entry, const R& record) {
        if ((record.*entry.member).empty()) return;
        const std::string table = std::string("config.") + table_of(entry.member);
        line(entry.name, (Described<E> ? "ARRAY_SIZE(" : "sizeof(") + table + ")");
    }

    template <typename T>
    void bit_fields(const T& value, const Names& names) {
        if constexpr (std::is_integral_v<T>) {
            for (const Name& one : names) {
                if ((value & one.value) != 0) line(one.constant, "1");
            }
        }
    }

    template <typename T>
    std::string expression(const T& value, const Names* names) const {
        if constexpr (Described<T>) {
            return Initialisers(layout_, depth_ + 1).members(value).braced();
        } else if constexpr (is_array<T>) {
            return list(value);
        } else {
            return names != nullptr ? c_expression(value, *names) : hex(value);
        }
    }
    // What follows the last element that is not zero is left out.
    template <typename Array>
    std::string list(const Array& array) const {
        std::size_t length = array.size();
        while (length > 0 && array[length - 1] == typename Array::value_type{}) --length;
        std::string out = "{ ";
        for (std::size_t i = 0; i < length; ++i) {
            out += (i > 0 ? ", " : "") + expression(array[i], nullptr);
        }
        return out + " }";
    }

    Layout layout_;
    unsigned depth_;
    std::string text_;
};

// The initialisers of what has a signature, which a root cell has not.
template <typename Record>
void header(Initialisers& out, const Record& record, const char* signature, Layout layout) {
    static constexpr const char* arches[] = {"JAILHOUSE_X86", "JAILHOUSE_ARM", "JAILHOUSE_ARM64"};
    out.line("signature", signature);
    out.line("revision", "JAILHOUSE_CONFIG_REVISION");
    if (facts_of(layout).has_arch) {
        out.line("architecture", arches[static_cast<std::size_t>(record.arch)]);
    }
}

// The sets of CPUs and the like are written as words where they are whole words.
struct TableType {
    std::string type;
    std::size_t length;
};
template <typename E>
TableType type_of(const Table<E>& table, const Cell& cell, Layout layout) {
    const std::size_t length = (cell.*table.member).size();
    if constexpr (!Described<E>) {
        if (length % 8 == 0) return {"__u64", length / 8};
    }
    // The union came with revision 13.
    if (std::is_same_v<E, StreamId> && layout == Layout::v0_12) return {"__u32", length};
    return {table.c_type, length};
}

std::string words_of(const std::vector<std::uint8_t>& set, const std::string& type) {
    const std::size_t width = type == "__u64" ? 8 : 1;
    std::string out;
    for (std::size_t at = 0; at < set.size(); at += width) {
        std::uint64_t word = 0;
        for (std::size_t i = width; i-- > 0;) word = word << 8 | set[at + i];
        out += "\t\t" + hex(word) + ",\n";
    }
    return out;
}

template <typename E>
std::string elements_of(const std::vector<E>& list, const std::string& type, Layout layout) {
    if constexpr (!Described<E>) {
        return words_of(list, type);
    } else {
        std::string out;
        for (const E& element : list) {
            if constexpr (std::is_same_v<E, StreamId>) {
                if (type == "__u32") {
                    out += "\t\t" + hex(element.id) + ",\n";
                    continue;
                }
            }
            out += "\t\t" + Initialisers(layout, 3).members(element).braced() + ",\n";
        }
        return out;
    }
}

std::string file(const std::string& head_type, const std::string& head_name,
                 const std::string& head, const Cell& cell, Layout layout) {
    std::string types = "\tstruct " + head_type + " " + head_name + ";\n";
    std::string values = "\t." + head_name + " = " + head + ",\n";
    for_each_table([&](const auto& table) {
        const auto& list = cell.*table.member;
        if (list.empty()) return;
        const TableType is = type_of(table, cell, layout);
        types += "\t" + is.type + " " + table.c_name + "[" + std::to_string(is.length) + "];\n";
        values += std::string("\n\t.") + table.c_name + " = {\n" +
                  elements_of(list, is.type, layout) + "\t},\n";
    });
    return std::string("/* For Jailhouse as in ") + facts_of(layout).source +
           ". */\n#include <jailhouse/types.h>\n#include <jailhouse/cell-config.h>\n\nstruct {\n" +
           types + "} __attribute__((packed)) config = {\n" + values + "};\n";
}

}  // namespace

std::string c_source(const Cell& cell, Layout layout) {
    Initialisers head(layout, 2);
    header(head, cell, "JAILHOUSE_CELL_DESC_SIGNATURE", layout);
    head.members(cell);
    return file("jailhouse_cell_desc", "cell", head.braced(), cell, layout);
}

std::string c_source(const System& system, Layout layout) {
    Initialisers head(layout, 2);
    header(head, system, "JAILHOUSE_SYSTEM_SIGNATURE", layout);
    head.members(system);
    return file("jailhouse_system", "header", head.braced(), system.root_cell, layout);
}

}  // namespace runphi::jailhouse

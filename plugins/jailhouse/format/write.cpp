// SPDX-License-Identifier: Apache-2.0
#include "write.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>

#include "bytes.hpp"
#include "detect.hpp"
#include "difference.hpp"
#include "read.hpp"
#include "system_fields.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

class Writer {
  public:
    explicit Writer(Layout layout) : layout_(layout) {}

    // Appends the record and its padding.
    template <typename Record>
    void append(const Record& record) {
        const std::size_t at = grow(element_size<Record>(layout_));
        write(at, record);
    }

    // Appends the tables of a cell, of whose header the record is already there.
    void append_tables(const Cell& cell) {
        for_each_table([&]<typename Element>(const Table<Element>& table) {
            for (const Element& element : cell.*table.member) {
                if constexpr (Described<Element>) {
                    append(element);
                } else {
                    store_le(bytes_, grow(sizeof element), element);
                }
            }
        });
    }

    void begin_with(const std::string& signature) {
        bytes_.replace(0, signature.size(), signature);
    }
    const std::string& bytes() const { return bytes_; }

  private:
    std::size_t grow(std::size_t size) {
        const std::size_t at = bytes_.size();
        if (size > max_file_size - at) {
            throw Error(Code::invalid,
                        "a configuration of more than " + std::to_string(max_file_size) + " bytes");
        }
        bytes_.resize(at + size);
        return at;
    }

    template <typename Record>
    void write(std::size_t base, const Record& record) {
        for_each_entry<Record>([&](const auto& entry) {
            const std::int16_t offset = of(entry.offset, layout_);
            if (offset != none) write(base + static_cast<std::size_t>(offset), entry, record);
        });
    }
    template <typename R, typename T>
    void write(std::size_t at, const Field<R, T>& entry, const R& record) {
        if (!entry.present(record)) return;
        for_each_part(record.*entry.member, layout_,
                      [&]<typename V>(std::size_t part, const V& value) {
                          if constexpr (Described<V>) {
                              write(at + part, value);
                          } else {
                              store_le(bytes_, at + part, value);
                          }
                      });
    }
    template <typename R>
    void write(std::size_t at, const Text<R>& entry, const R& record) {
        const std::string& text = record.*entry.member;
        if (text.size() > entry.size) {
            throw Error(Code::invalid, std::string(Shape<R>::name) + ", " + entry.name + ": \"" +
                                           text + "\" has " + std::to_string(text.size()) +
                                           " bytes, at most " + std::to_string(entry.size) +
                                           " fit");
        }
        std::copy(text.begin(), text.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    template <typename R, typename E>
    void write(std::size_t at, const Count<R, E>& entry, const R& record) {
        store_le(bytes_, at, static_cast<std::uint32_t>((record.*entry.member).size()));
    }

    Layout layout_;
    std::string bytes_;
};

// The file has been read again: everything must have come back.
template <typename Model>
void require_same(const Model& meant, const Model& found, Layout layout) {
    const auto difference = first_difference(meant, found);
    if (!difference) return;
    throw Error(Code::unsupported, *difference + ": the layout " + std::string(to_string(layout)) +
                                       " cannot hold this value");
}

// Tables that the layout has not got would be written as elements without bytes.
void require_tables(const Cell& cell, Layout layout) {
    for_each_entry<Cell>(overloaded{
        [&]<typename E>(const Count<Cell, E>& entry) {
            if (of(entry.offset, layout) != none || (cell.*entry.member).empty()) return;
            throw Error(Code::unsupported, std::string(entry.name) + ": the layout " +
                                               std::string(to_string(layout)) +
                                               " has no such table");
        },
        [](const auto&) {},
    });
}

}  // namespace

std::string write_cell(const Cell& cell, Layout layout) {
    require_tables(cell, layout);
    Writer writer(layout);
    writer.append(cell);
    writer.append_tables(cell);
    writer.begin_with(signature_of({Kind::cell, layout}, cell.arch));
    require_same(cell, read_cell(writer.bytes(), layout, "the new cell configuration", cell.arch),
                 layout);
    return writer.bytes();
}

std::string write_system(const System& system, Layout layout) {
    require_tables(system.root_cell, layout);
    Writer writer(layout);
    writer.append(system);
    writer.append_tables(system.root_cell);
    writer.begin_with(signature_of({Kind::system, layout}, system.arch));
    require_same(system,
                 read_system(writer.bytes(), layout, "the new system configuration", system.arch),
                 layout);
    return writer.bytes();
}

}  // namespace runphi::jailhouse

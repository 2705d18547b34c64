// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/random_model.hpp"

#include "plugins/jailhouse/format/system_fields.hpp"

namespace jailhouse_test {

using namespace jh;

namespace {

class Filler {
  public:
    Filler(Random& random, Layout layout) : random_(random), layout_(layout) {}

    template <typename Record>
    void fill(Record& record) {
        for_each_entry<Record>([&](const auto& entry) {
            if (of(entry.offset, layout_) != none) fill_member(entry, record);
        });
    }

  private:
    template <typename R, typename T>
    void fill_member(const Field<R, T>& entry, R& record) {
        if (!entry.present(record)) return;
        for_each_part(record.*entry.member, layout_, [&](std::size_t, auto& part) { value(part); });
    }
    template <typename R>
    void fill_member(const Text<R>& entry, R& record) {
        std::string text(below(entry.size + 1U), ' ');
        for (char& letter : text) letter = static_cast<char>(1 + below(255));
        record.*entry.member = text;
    }
    template <typename R, typename E>
    void fill_member(const Count<R, E>& entry, R& record) {
        (record.*entry.member).resize(below(4));
        for (E& element : record.*entry.member) value(element);
    }

    template <typename T>
    void value(T& out) {
        if constexpr (std::is_same_v<T, Iommu>) out.type = static_cast<std::uint32_t>(below(6));
        if constexpr (Described<T>) {
            const auto kept = out;
            fill(out);
            if constexpr (std::is_same_v<T, Iommu>) choose_union(out, kept.type);
        } else {
            out = static_cast<T>(random_());
        }
    }
    // A union has only the member of its type.
    void choose_union(Iommu& unit, std::uint32_t type) {
        unit.type = type;
        unit.amd = {};
        unit.pvu = {};
        if (is_amd(unit)) fill(unit.amd);
        if (is_pvu(unit)) fill(unit.pvu);
    }
    std::size_t below(std::size_t limit) { return random_() % limit; }

    Random& random_;
    Layout layout_;
};

Arch random_arch(Random& random) {
    return static_cast<Arch>(random() % 3);
}

}  // namespace

Cell random_cell(Random& random, Layout layout) {
    Cell out;
    out.arch = random_arch(random);
    Filler(random, layout).fill(out);
    return out;
}

System random_system(Random& random, Layout layout) {
    System out;
    out.arch = out.root_cell.arch = random_arch(random);
    Filler(random, layout).fill(out);
    return out;
}

}  // namespace jailhouse_test

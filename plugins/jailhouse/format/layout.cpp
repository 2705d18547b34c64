// SPDX-License-Identifier: Apache-2.0
#include "layout.hpp"

namespace runphi::jailhouse {

namespace {

constexpr std::array<LayoutFacts, layout_count> facts = {{
    {Layout::v0_12, "v0.12", "JHCELL", "JHSYST", 12, false, false, false,
     "siemens/jailhouse, tag v0.12"},
    {Layout::revision_13, "revision-13", "JHCELL", "JHSYST", 13, false, false, false,
     "siemens/jailhouse, before commit f2320d2e"},
    {Layout::coloured, "coloured", "JHCELL", "JHSYST", 13, false, true, false,
     "Minerva Systems' jailhouse, branch minerva/public, commit b817b436"},
    {Layout::master, "master", "JHCLL", "JHSYS", 14, true, false, false,
     "siemens/jailhouse, since commit f2320d2e"},
    {Layout::omnivisor_1, "omnivisor-1", "JHCLL", "JHSYS", 14, true, true, true,
     "DanieleOttaviano/jailhouse, 2023 and 2024"},
    {Layout::omnivisor, "omnivisor", "JHCLL", "JHSYS", 14, true, true, true,
     "DanieleOttaviano/jailhouse, since 2025"},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < facts.size(); ++i) {
        if (facts[i].layout != all_layouts[i] || static_cast<std::size_t>(all_layouts[i]) != i) {
            return false;
        }
    }
    return true;
}
static_assert(in_order());

}  // namespace

const LayoutFacts& facts_of(Layout layout) {
    return facts[static_cast<std::size_t>(layout)];
}

std::string_view to_string(Layout layout) {
    return facts_of(layout).name;
}

std::optional<Layout> layout_of(std::string_view name) {
    for (const LayoutFacts& one : facts) {
        if (one.name == name) return one.layout;
    }
    return std::nullopt;
}

}  // namespace runphi::jailhouse

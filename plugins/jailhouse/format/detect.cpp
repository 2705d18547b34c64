// SPDX-License-Identifier: Apache-2.0
#include "detect.hpp"

#include <runphi/sdk.hpp>
#include <vector>

#include "bytes.hpp"
#include "system_fields.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr std::size_t revision_offset = 6, header_size = 8;

std::size_t cell_offset(Format format) {
    if (format.kind == Kind::cell) return 0;
    return element_size<System>(format.layout) - element_size<Cell>(format.layout);
}

std::string_view signature(const LayoutFacts& facts, Kind kind) {
    return kind == Kind::cell ? facts.cell_signature : facts.system_signature;
}

// The first bytes as they can be printed: "JHCLL..".
std::string signature_text(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes.substr(0, header_size)) {
        out += byte > ' ' && byte < '\x7f' && byte != '"' ? byte : '.';
    }
    return out;
}

// Of the signatures that fit the longest one counts: "JHSYST" begins with "JHSYS".
std::vector<Format> candidates(std::string_view bytes) {
    std::vector<Format> out;
    std::size_t longest = 0;
    for (const Layout layout : all_layouts) {
        for (const Kind kind : {Kind::cell, Kind::system}) {
            const std::string_view wanted = signature(facts_of(layout), kind);
            if (wanted.size() < longest || bytes.substr(0, wanted.size()) != wanted) continue;
            if (wanted.size() > longest) out.clear();
            longest = wanted.size();
            out.push_back({kind, layout});
        }
    }
    return out;
}

void keep_revision(std::vector<Format>& formats, std::uint16_t revision, const std::string& what) {
    std::string known;
    std::vector<Format> kept;
    for (const Format& one : formats) {
        const std::string number = std::to_string(facts_of(one.layout).revision);
        if (known.find(number) == std::string::npos)
            known += (known.empty() ? "" : " or ") + number;
        if (facts_of(one.layout).revision == revision) kept.push_back(one);
    }
    if (kept.empty()) {
        throw Error(Code::invalid, what + ": revision at offset 6: " + std::to_string(revision) +
                                       ", expected " + known +
                                       " with this signature: made for another Jailhouse");
    }
    formats = kept;
}

std::string sizes_in(const std::vector<Format>& formats, std::string_view bytes) {
    std::string out;
    for (const Format& one : formats) {
        const auto size = claimed_size(bytes, one);
        out += (out.empty() ? "" : ", ") + std::string(to_string(one.layout)) + " " +
               (size ? std::to_string(*size) : "at least " + std::to_string(smallest_size(one)));
    }
    return out;
}

}  // namespace

const char* to_string(Kind kind) {
    return kind == Kind::cell ? "cell" : "system";
}

std::size_t smallest_size(Format format) {
    return format.kind == Kind::cell ? element_size<Cell>(format.layout)
                                     : element_size<System>(format.layout);
}

std::optional<std::uint64_t> claimed_size(std::string_view bytes, Format format) {
    const std::size_t cell = cell_offset(format);
    std::uint64_t size = smallest_size(format);
    if (bytes.size() < size) return std::nullopt;
    for_each_entry<Cell>(overloaded{
        [&]<typename Element>(const Count<Cell, Element>& entry) {
            const std::int16_t at = of(entry.offset, format.layout);
            if (at == none) return;
            const auto elements =
                load_le<std::uint32_t>(bytes, cell + static_cast<std::size_t>(at));
            size += elements * std::uint64_t{element_size<Element>(format.layout)};
        },
        [](const auto&) {},
    });
    return size;
}

Format detect(std::string_view bytes, const std::string& what) {
    if (bytes.size() > max_file_size) {
        throw Error(Code::invalid, what + ": " + std::to_string(bytes.size()) +
                                       " bytes; no Jailhouse configuration has more than " +
                                       std::to_string(max_file_size));
    }
    std::vector<Format> formats = candidates(bytes);
    if (formats.empty() || bytes.size() < header_size) {
        throw Error(Code::invalid,
                    what + ": it begins with \"" + signature_text(bytes) +
                        "\": no Jailhouse configuration (JHCLL, JHCELL, JHSYS or JHSYST)");
    }
    keep_revision(formats, load_le<std::uint16_t>(bytes, revision_offset), what);
    std::vector<Format> fitting;
    for (const Format& one : formats) {
        if (claimed_size(bytes, one) == bytes.size()) fitting.push_back(one);
    }
    if (fitting.size() == 1) return fitting.front();
    const std::string has = what + ": the file has " + std::to_string(bytes.size()) + " bytes, ";
    if (fitting.empty()) {
        throw Error(Code::invalid,
                    has +
                        "and its own counts make another length in every layout that it could "
                        "have: " +
                        sizes_in(formats, bytes),
                    "the file is cut, has something behind its end, or is of a Jailhouse that is "
                    "not known here");
    }
    throw Error(Code::invalid, has + "which fits more than one layout: " + sizes_in(fitting, bytes),
                "say which one it is");
}

std::string signature_of(Format format, Arch arch) {
    const LayoutFacts& facts = facts_of(format.layout);
    std::string out(signature(facts, format.kind));
    if (facts.has_arch) out += static_cast<char>(arch);
    out.resize(header_size);
    store_le<std::uint16_t>(out, revision_offset, facts.revision);
    return out;
}

}  // namespace runphi::jailhouse

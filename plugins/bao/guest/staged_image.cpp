// SPDX-License-Identifier: Apache-2.0
#include "staged_image.hpp"

#include <algorithm>
#include <cstring>

namespace runphi::bao {

using common::extent_of;
using common::hex;
using sdk::Code;
using sdk::Error;

namespace {

// Instructions of A64, by the encodings in Arm's ARM DDI 0487, section C4.1. A machine that stages
// them has them, so that its order of bytes is theirs.
constexpr std::uint32_t wait_for_interrupt = 0xd503207f;  // wfi
constexpr std::uint32_t branch_back = 0x17ffffff;         // b .-4
constexpr std::uint32_t branch_to_x16 = 0xd61f0200;       // br x16
constexpr std::uint32_t zero_x1 = 0xd2800001;  // mov x1, #0; of x2 and x3 one and two more
constexpr std::uint32_t move_wide = 0xd2800000, keep_others = 0x20000000;  // movz; movk

std::string bytes_of(const std::vector<std::uint32_t>& words) {
    std::string out(4 * words.size(), '\0');
    std::memcpy(out.data(), words.data(), out.size());
    return out;
}

// 16 bits at a time.
void load_constant(std::vector<std::uint32_t>& out, std::uint32_t reg, std::uint64_t value) {
    for (std::uint32_t part = 0; part < 4; ++part) {
        const auto bits = static_cast<std::uint32_t>(value >> (16 * part) & 0xffff);
        out.push_back((move_wide | (part == 0 ? 0 : keep_others)) | part << 21 | bits << 5 | reg);
    }
}

std::string way_to(const BootImage& image) {
    std::vector<std::uint32_t> out;
    load_constant(out, 0, image.argument());
    load_constant(out, 16, image.entry());
    for (std::uint32_t reg = 0; reg < 3; ++reg) out.push_back(zero_x1 + reg);
    out.push_back(branch_to_x16);
    return bytes_of(out);
}

void put(std::string& out, std::uint64_t at, std::string_view bytes) {
    if (out.size() < at + bytes.size()) out.resize(at + bytes.size());
    std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

std::string staged_image(const Guest& guest, const BootImage& image) {
    std::string out;
    for (const Load& one : image.loads()) {
        put(out, one.target - guest.load, {one.data, one.size});
    }
    if (image.entry() == guest.entry && image.argument() == 0) return out;
    const std::string way = way_to(image);
    const common::Extent where = extent_of(guest.entry, way.size());
    const bool free =
        extent_of(guest.load, guest.most).contains(where) &&
        std::none_of(image.loads().begin(), image.loads().end(), [&](const Load& one) {
            return extent_of(one.target, one.size).overlaps(where);
        });
    if (!free) {
        throw Error(Code::no_resource,
                    "guest \"" + guest.name + "\" begins at " + hex(guest.entry) +
                        ", the image at " + hex(image.entry()) +
                        ", and there is something of it where the way there would be",
                    "link the image so that it begins at " + hex(guest.entry) +
                        ", or leave 64 bytes free there");
    }
    put(out, guest.entry - guest.load, way);
    return out;
}

std::string idle_image(std::uint64_t entry) {
    std::string out(entry, '\0');
    return out + bytes_of({wait_for_interrupt, branch_back});
}

}  // namespace runphi::bao

// SPDX-License-Identifier: Apache-2.0
#include "core/board/holders.hpp"

#include "core/base/text.hpp"

namespace phi::board {

const char* const make_room_hint =
    "ask for less, or delete a container that holds it; `runphi board` shows who holds what";

void Holders::add(const std::string& what, const std::string& container) {
    if (parts_.size() == shown) {
        ++more_;
        return;
    }
    parts_.push_back(phi::text(what, parts_.empty() ? " held by " : " by ", container));
}

std::string Holders::text() const {
    if (parts_.empty()) return {};
    std::string out = " (" + join(parts_, ", ");
    if (more_ != 0) out += phi::text(" and ", more_, " more");
    return out + ")";
}

}  // namespace phi::board

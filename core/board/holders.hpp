// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace phi::board {

// Who holds what, as it ends a refusal: " (0 held by c1, 2-3 by c2)". A long list is cut.
class Holders {
  public:
    void add(const std::string& what, const std::string& container);
    // With a leading space, or empty when nobody holds anything.
    std::string text() const;

  private:
    static constexpr std::size_t shown = 8;
    std::vector<std::string> parts_;
    std::size_t more_ = 0;
};

// What to do about a board that is too full.
extern const char* const make_room_hint;

}  // namespace phi::board

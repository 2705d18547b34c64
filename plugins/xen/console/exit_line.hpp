// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace runphi::xen {

// Finds the line by which an inmate without an agent channel ends itself: `runphi: exit N`, with N
// from 0 to 255. It is not printed, and neither is anything behind it. Whatever only begins like it
// is the inmate's own text.
class ExitLine {
  public:
    // Appends to `text` what is to be printed.
    void feed(std::string_view bytes, std::string& text);
    // Nothing more comes: what stood open is text.
    void flush(std::string& text);

    std::optional<int> status() const { return status_; }

  private:
    std::optional<int> judge() const;
    bool can_become_one() const;

    std::string held_;
    bool line_begins_ = true;
    std::optional<int> status_;
};

}  // namespace runphi::xen

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <vector>

namespace phi::board {

// Rows of left-aligned columns, two spaces apart.
class Table {
  public:
    static constexpr std::size_t columns = 5;
    using Row = std::array<std::string, columns>;

    explicit Table(Row heading) { add(std::move(heading)); }
    void add(Row row);
    std::string text() const;

  private:
    std::vector<Row> rows_;
    std::array<std::size_t, columns> widths_{};
};

}  // namespace phi::board

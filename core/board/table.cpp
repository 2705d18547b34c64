// SPDX-License-Identifier: Apache-2.0
#include "core/board/table.hpp"

#include <algorithm>

namespace phi::board {

void Table::add(Row row) {
    for (std::size_t i = 0; i < columns; ++i) widths_[i] = std::max(widths_[i], row[i].size());
    rows_.push_back(std::move(row));
}

std::string Table::text() const {
    std::string out;
    for (const Row& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < columns; ++i) {
            line += row[i];
            line.append(widths_[i] - row[i].size() + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace phi::board

// SPDX-License-Identifier: Apache-2.0
#include "core/container/naming.hpp"

#include <unistd.h>

#include "core/base/text.hpp"
#include "core/plan/partition_name.hpp"

namespace phi::container {

std::string choose_partition_name(const Settings& settings, const Container& container,
                                  const board::Board& board) {
    const Record& record = container.record;
    const auto taken = [&](const std::string& name) {
        for (const auto& store_dir : all_store_dirs(settings)) {
            const std::string other = text(store_dir, "/", name);
            if (other != container.dir && ::access(other.c_str(), F_OK) == 0) return true;
        }
        return false;
    };
    return plan::partition_name(record.id, record.root, board.name_max, taken);
}

}  // namespace phi::container

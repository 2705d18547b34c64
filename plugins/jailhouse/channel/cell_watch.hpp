// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "../../common/channel/relay.hpp"
#include "../driver/tree.hpp"
#include "../records.hpp"

namespace runphi::jailhouse {

// A cell as its relay sees it: its state in sysfs, and the records.
class CellWatch : public common::Watched {
  public:
    // `cell`: its id.
    CellWatch(Records records, Tree tree, int cell, std::string name);

    std::optional<End> look() override;
    void record(const End& end) override;

  private:
    std::optional<End> end_of(const CellStatus& cell);

    Records records_;
    Tree tree_;
    int cell_;
    std::string name_;
    bool begun_ = false;
};

}  // namespace runphi::jailhouse

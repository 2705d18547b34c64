// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace phi::bench {

struct Samples {
    std::vector<double> values;
    double median() const;
    double least() const;
};

// One that takes part: `once` does it and tells how long it took.
struct Contestant {
    std::string name;
    std::function<double()> once;
    Samples samples = {};
    std::string absent = {};  // why it does not take part (any more)
};

// One round lets each contestant run once, so that what else the machine does hits all of them
// alike; every other round in the opposite order. A first round that is not counted warms the
// caches. Who throws is out.
void interleave(const std::string& title, unsigned rounds, std::vector<Contestant>& contestants);

}  // namespace phi::bench

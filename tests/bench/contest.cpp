// SPDX-License-Identifier: Apache-2.0
#include "contest.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>

#include "core/base/text.hpp"
#include "program.hpp"

namespace phi::bench {

double Samples::median() const {
    if (values.empty()) return 0;
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const std::size_t half = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

double Samples::least() const {
    return values.empty() ? 0 : *std::min_element(values.begin(), values.end());
}

namespace {

void take_turn(Contestant& contestant, bool counts) {
    if (!contestant.absent.empty()) return;
    try {
        const double took = contestant.once();
        if (counts) contestant.samples.values.push_back(took);
    } catch (const std::exception& error) {
        contestant.absent = error.what();
        std::fprintf(stderr, "  %s is out: %s\n", contestant.name.c_str(), error.what());
    }
    reap();
}

}  // namespace

void interleave(const std::string& title, unsigned rounds, std::vector<Contestant>& contestants) {
    for (unsigned round = 0; round <= rounds; ++round) {
        if (round == 0 || round == rounds || round % 10 == 0) {
            std::fprintf(stderr, "%s: round %u of %u\n", title.c_str(), round, rounds);
        }
        for (std::size_t i = 0; i < contestants.size(); ++i) {
            const std::size_t which = round % 2 == 0 ? i : contestants.size() - 1 - i;
            take_turn(contestants[which], round > 0);
        }
    }
}

}  // namespace phi::bench

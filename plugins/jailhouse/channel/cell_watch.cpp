// SPDX-License-Identifier: Apache-2.0
#include "cell_watch.hpp"

#include "../format/number_set.hpp"

namespace runphi::jailhouse {

namespace {

End failed(const std::string& why) {
    return {true, std::nullopt, why};
}

}  // namespace

CellWatch::CellWatch(Records records, Tree tree, int cell, std::string name)
    : records_(std::move(records)), tree_(std::move(tree)), cell_(cell), name_(std::move(name)) {}

std::optional<End> CellWatch::look() {
    // Before the cell is looked at: see Records::has_begun.
    begun_ = begun_ || records_.has_begun(name_);
    const auto cell = tree_.cell(cell_);
    const bool ours = cell && cell->name == name_;
    return ours ? end_of(*cell) : failed("the cell is gone, and not by runPHI");
}

std::optional<End> CellWatch::end_of(const CellStatus& cell) {
    const std::string state = "the cell's state is \"" + cell.state_text + "\"";
    switch (cell.state) {
        case CellState::running:
        case CellState::locked:
            if (!begun_) records_.set_begin(name_, Records::Begin::begun);
            begun_ = true;
            return std::nullopt;
        case CellState::shut_down:
            return begun_ ? std::optional(End{false, std::nullopt, state}) : std::nullopt;
        case CellState::failed:
        case CellState::other:
            break;
    }
    return failed(
        cell.failed_cpus.empty() ? state : state + ", failed CPUs " + list_text(cell.failed_cpus));
}

void CellWatch::record(const End& end) {
    records_.write_end(name_, end);
}

}  // namespace runphi::jailhouse

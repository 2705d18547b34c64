// SPDX-License-Identifier: Apache-2.0
#include "slot_watch.hpp"

#include <algorithm>
#include <chrono>

namespace runphi::bao {

namespace {

// So many promised intervals without a beat are none.
constexpr std::int64_t missed_beats = 10;

std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

End failed(std::string why) {
    return {true, std::nullopt, std::move(why)};
}

}  // namespace

std::optional<End> end_of_run(const Window& window, const Claim& claim) {
    try {
        const auto status = window.status();
        if (!status) return failed("the slot's stub is gone");
        if (status->run != claim.run) {
            if (status->state == SlotState::loaded) return std::nullopt;
            return failed("the slot holds nothing of it any more");
        }
        switch (status->state) {
            case SlotState::running:
                return std::nullopt;
            case SlotState::exited:
                return End{false, status->exit_code, "the guest has ended"};
            case SlotState::faulted:
                return failed(fault_text(status->fault));
            case SlotState::idle:
            case SlotState::loaded:
                break;
        }
        return failed("the slot was reset");
    } catch (const sdk::Error& error) {
        return failed(error.message());
    }
}

SlotWatch::SlotWatch(Claims claims, Claim claim, std::shared_ptr<const Window> window, int lost_ms)
    : claims_(std::move(claims)),
      claim_(std::move(claim)),
      window_(std::move(window)),
      lost_ms_(lost_ms) {}

bool SlotWatch::is_lost() {
    const auto beats = window_->beats();
    if (!beats) return false;
    const std::int64_t now = now_ms();
    if (beaten_ms_ == 0 || beats->count != beats_) {
        beats_ = beats->count;
        beaten_ms_ = now;
    }
    return now - beaten_ms_ >= std::max<std::int64_t>(lost_ms_, missed_beats * beats->interval_ms);
}

std::optional<End> SlotWatch::look() {
    if (auto end = end_of_run(*window_, claim_)) return end;
    const auto status = window_->status();
    const bool runs = status && status->run == claim_.run;
    if (!runs || !is_lost()) return std::nullopt;
    return failed("lost: the guest has given no sign of life for much longer than it promised");
}

void SlotWatch::record(const End& end) {
    claims_.write_end(claim_.slot, end);
}

}  // namespace runphi::bao

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "../../common/channel/relay.hpp"
#include "../claims/claims.hpp"
#include "../window/window.hpp"

namespace runphi::bao {

// How the run of a slot stands, by its window; nullopt: it has not ended. A claim that has no run
// yet, because it was not started, has not.
std::optional<End> end_of_run(const Window& window, const Claim& claim);

// A slot as its relay sees it. Bao tells nothing of a VM: what the stub and the guest write in the
// window is all that there is. A guest that promised to beat, and has not for much longer than
// that, is lost: its CPU has stopped, in Bao or otherwise.
class SlotWatch : public common::Watched {
  public:
    // `lost_ms`: how long at least a guest may be silent.
    SlotWatch(Claims claims, Claim claim, std::shared_ptr<const Window> window, int lost_ms);

    std::optional<End> look() override;
    void record(const End& end) override;

  private:
    bool is_lost();

    Claims claims_;
    Claim claim_;
    std::shared_ptr<const Window> window_;
    int lost_ms_;
    std::uint64_t beats_ = 0;
    std::int64_t beaten_ms_ =
        0;  // when the count was another one last; 0: it has not been looked at
};

}  // namespace runphi::bao

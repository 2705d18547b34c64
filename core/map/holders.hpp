// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/board/grant.hpp"

namespace phi::map {

// Who holds a thing; SIZE_MAX: nobody.
inline constexpr std::size_t nobody = static_cast<std::size_t>(-1);

// The holders by number, in their order, and what each of them has.
class Holders {
  public:
    explicit Holders(const std::vector<board::Held>& held) : held_(held) {}

    std::size_t count() const { return held_.size(); }
    const std::string& name(std::size_t holder) const { return held_[holder].container; }
    // "2 CPUs (2-3), 128 MiB, uart1"
    std::string summary(std::size_t holder) const;

    std::size_t of_cpu(unsigned cpu) const;
    std::size_t of_irq(std::uint32_t irq) const;
    // All of whom hold at least a part.
    std::vector<std::size_t> of_device(const board::Device& device) const;
    // By end.
    std::vector<std::size_t> of_channel(const board::Channel& channel) const;
    std::size_t number_of(const board::Held* held) const;

  private:
    const std::vector<board::Held>& held_;
};

}  // namespace phi::map

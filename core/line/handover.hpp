// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/forward/vanilla.hpp"
#include "core/line/commands.hpp"
#include "core/settings/settings.hpp"

// Command lines that are the vanilla runc's business: as little as possible is done before they are
// handed over. Where there is no vanilla runc, they stay with us.
namespace phi::line {

class Handover {
  public:
    Handover(const Settings& settings, std::string root, char** argv)
        : settings_(settings), root_(std::move(root)), argv_(argv) {}

    // Does not return if there is a vanilla runc; else tells where it was looked for.
    forward::Vanilla whatever() const;
    // A line that was understood. Returns if it is ours. With a value: it is create or run for a
    // bundle that is not ours, and there is nobody to take it.
    std::optional<forward::Vanilla> foreign(const Command& command, const Bound& bound,
                                            const std::vector<std::string>& words) const;
    // A line with a flag that we do not know: of a newer runc, perhaps. Without knowing whether the
    // flag takes a value one cannot tell the id from the other words, so none of them may be ours.
    void unknown_flag(const Command& command, const std::vector<std::string>& words) const;

  private:
    const Settings& settings_;
    std::string root_;
    char** argv_;
};

}  // namespace phi::line

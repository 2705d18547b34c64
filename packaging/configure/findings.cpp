// SPDX-License-Identifier: Apache-2.0
#include "findings.hpp"

#include <algorithm>

#include "block.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "runc.hpp"

namespace phi::configure {
namespace {

constexpr const char* again = "runphi-configure -a";

Finding good(const std::string& what) {
    return {true, what, {}};
}
Finding bad(const std::string& what, const std::string& mend) {
    return {false, what, mend};
}

Finding look_at_runc(const Root& root, const Step& step) {
    if (!root.has(step.path)) return bad(step.path + " is gone", again);
    if (!is_ours(root, step.path)) {
        return bad(
            step.path + " is not runPHI any more: something, an upgrade perhaps, overwrote it",
            again);
    }
    if (!root.has(step.vanilla)) {
        return bad(step.vanilla + ", the runc that was kept, is gone",
                   "apt install --reinstall runc");
    }
    try {
        prove(root, step);
    } catch (const Error& error) {
        return bad(error.message(), again);
    }
    return good(text(step.path, " is runPHI, and runc is ", step.vanilla));
}

Finding look_at_file(const Root& root, const Step& step) {
    const auto now = root.read(step.path);
    if (!now) return bad(step.path + " is gone", again);
    if (hash_of(*now) == step.written || without_block(*now)) {
        return good(step.path + " is as it was written");
    }
    return good(step.path + " has been changed since, by somebody else");
}

Finding look_at_step(const Root& root, const Step& step) {
    switch (step.kind) {
        case Step::Kind::runc:
            return look_at_runc(root, step);
        case Step::Kind::file:
            return look_at_file(root, step);
        case Step::Kind::directory:
        case Step::Kind::made:
            break;
    }
    return root.has(step.path) ? good(step.path + " is there") : bad(step.path + " is gone", again);
}

}  // namespace

std::vector<Finding> look_at(const Root& root, const Journal& journal) {
    if (!journal.done) return {bad("an installation was cut short", "runphi-configure -r")};
    std::vector<Finding> out;
    for (const Step& step : journal.steps) out.push_back(look_at_step(root, step));
    return out;
}

bool is_whole(const Root& root, const Journal& journal) {
    const auto findings = look_at(root, journal);
    return std::all_of(findings.begin(), findings.end(),
                       [](const Finding& one) { return one.good; });
}

}  // namespace phi::configure

// SPDX-License-Identifier: Apache-2.0
#include "core/backend/judge.hpp"

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "detect/detect.hpp"

namespace phi::backend {
namespace {

Judged judge(const detect::Candidate& candidate, const Settings& settings) {
    Judged result{candidate.manifest.id, candidate.manifest.name, false, candidate.finding};
    if (!candidate.fits) return result;
    try {
        const auto backend = Backend::load(result.id, settings);
        const auto& probe = backend->probe();
        result.present = probe.present;
        result.finding = probe.reason;
        if (!probe.version.empty()) result.finding = text(probe.version, ": ", probe.reason);
    } catch (const Error& error) {
        result.finding = error.message();
    }
    return result;
}

}  // namespace

std::vector<Judged> judge_all(const Settings& settings) {
    std::vector<Judged> judged;
    for (const auto& candidate : detect::survey(settings.backends_dir)) {
        judged.push_back(judge(candidate, settings));
    }
    return judged;
}

const Judged* chosen(const std::vector<Judged>& judged, const Settings& settings) {
    for (const auto& one : judged) {
        if (settings.backend.empty() ? one.present : one.id == settings.backend) return &one;
    }
    return nullptr;
}

}  // namespace phi::backend

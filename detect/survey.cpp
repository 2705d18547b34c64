// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <runphi/abi.h>
#include <sys/utsname.h>

#include <algorithm>
#include <climits>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "detect/detect.hpp"
#include "detect/hints.hpp"

namespace phi::detect {

namespace {

// The folders below `dir`, by name. A folder that does not exist holds none.
std::vector<std::string> folders(const std::string& dir) {
    struct Close {
        void operator()(DIR* open) const { ::closedir(open); }
    };
    const std::unique_ptr<DIR, Close> open(::opendir(dir.c_str()));
    if (!open) {
        if (errno == ENOENT) return {};
        throw os_error("open " + dir);
    }
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(open.get())) {
        if (entry->d_name[0] == '.') continue;
        const auto type = entry->d_type;
        if (type == DT_DIR || type == DT_LNK || type == DT_UNKNOWN) {
            names.emplace_back(entry->d_name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string host_arch() {
    utsname host{};
    ::uname(&host);
    return host.machine;
}

// Why it cannot run here whatever the hypervisor; empty if it can.
std::string misfit(const Manifest& manifest) {
    if (manifest.abi_major != RUNPHI_ABI_MAJOR || manifest.abi_minor > RUNPHI_ABI_MINOR) {
        return text("needs plugin ABI ", manifest.abi_major, ".", manifest.abi_minor,
                    ", this runphi has ", RUNPHI_ABI_MAJOR, ".", RUNPHI_ABI_MINOR);
    }
    const std::string arch = host_arch();
    const auto& arches = manifest.arches;
    if (std::find(arches.begin(), arches.end(), arch) == arches.end()) {
        return text("is for ", join(arches, ", "), ", this machine is ", arch);
    }
    return {};
}

Candidate judge(Manifest manifest) {
    Candidate candidate;
    candidate.finding = misfit(manifest);
    candidate.fits = candidate.finding.empty();
    std::vector<std::string> findings;
    for (std::size_t i = 0; candidate.fits && i < manifest.hints.size(); ++i) {
        const Finding finding = weigh(manifest.hints[i]);
        candidate.fits = finding.holds;
        if (!finding.holds) findings.clear();  // what matters is the one that does not hold
        findings.push_back(finding.text);
    }
    if (candidate.finding.empty()) {
        candidate.finding = findings.empty() ? "no hints: fits any machine" : join(findings, "; ");
    }
    candidate.manifest = std::move(manifest);
    return candidate;
}

Candidate broken(const std::string& id, const std::string& reason) {
    Candidate candidate;
    candidate.manifest.id = id;
    candidate.manifest.priority = INT_MIN;  // after all that can be asked
    candidate.finding = reason;
    return candidate;
}

}  // namespace

std::vector<Candidate> survey(const std::string& backends_dir) {
    std::vector<Candidate> candidates;
    for (const std::string& id : folders(backends_dir)) {
        try {
            candidates.push_back(judge(read_manifest(backends_dir, id)));
        } catch (const Error& error) {
            candidates.push_back(broken(id, error.message()));
        }
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& left, const Candidate& right) {
                         return left.manifest.priority > right.manifest.priority;
                     });
    return candidates;
}

}  // namespace phi::detect

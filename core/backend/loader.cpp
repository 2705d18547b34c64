// SPDX-License-Identifier: Apache-2.0
#include "core/backend/entry.hpp"
#include "core/backend/library.hpp"
#include "core/backend/loaded.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/fs/trust.hpp"
#include "detect/detect.hpp"

namespace phi::backend {

std::unique_ptr<Backend> Backend::load(const std::string& id, const Settings& settings) {
    const detect::Manifest manifest = detect::read_manifest(settings.backends_dir, id);
    const std::string library = manifest.dir + "/" + manifest.library;
    require_trusted(library);
    const runphi_plugin& plugin = check_entry(load_entry(library), manifest, library);
    const Interfaces interfaces = check_interfaces(plugin, library);
    return std::unique_ptr<Backend>(
        new Backend(std::make_unique<Loaded>(plugin, interfaces, settings)));
}

std::unique_ptr<Backend> Backend::select(const Settings& settings) {
    if (!settings.backend.empty()) {
        auto backend = load(settings.backend, settings);
        if (backend->probe().present) return backend;
        throw Error(Code::not_found,
                    text("the configured backend ", phi::quoted(settings.backend),
                         " finds no hypervisor: ", backend->probe().reason),
                    "`runphi detect` shows what was looked at");
    }
    std::vector<std::string> reasons;
    for (const detect::Candidate& candidate : detect::survey(settings.backends_dir)) {
        const std::string& id = candidate.manifest.id;
        if (!candidate.fits) {
            reasons.push_back(text(id, ": ", candidate.finding));
            continue;
        }
        try {
            auto backend = load(id, settings);
            if (backend->probe().present) return backend;
            reasons.push_back(text(id, ": ", backend->probe().reason));
        } catch (const Error& error) {
            // One broken backend does not hide the one that drives this machine.
            log::warn(text("backend ", phi::quoted(id), " is passed over: ", error.message()));
            reasons.push_back(error.message());
        }
    }
    if (reasons.empty()) reasons.push_back("no backend is installed in " + settings.backends_dir);
    throw Error(Code::not_found, "no hypervisor found: " + join(reasons, "; "),
                "install a backend for this machine, or name one as \"backend\" in the settings");
}

}  // namespace phi::backend

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/backend/backend.hpp"
#include "core/backend/entry.hpp"
#include "core/backend/host.hpp"

namespace phi::backend {

// A plugin in this process.
struct Backend::Loaded {
    Loaded(const runphi_plugin& plugin, const Interfaces& checked, const Settings& settings)
        : id(plugin.id),
          version(plugin.version),
          vendor(plugin.vendor),
          entry(plugin),
          interfaces(checked),
          host(id, settings) {}

    std::string id;
    std::string version;
    std::string vendor;
    const runphi_plugin& entry;
    Interfaces interfaces;
    HostTable host;
    std::optional<Probe> probe;
};

}  // namespace phi::backend

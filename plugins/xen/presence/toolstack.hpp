// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "../settings.hpp"
#include "../xenstore/client.hpp"

namespace runphi::xen {

// What libxl needs of dom0. Each absence has an error of its own, within a second: libxl would wait
// for ever for xenstored, ten seconds for xenconsoled, and say nothing that helps.

// Of xenstored, which has answered and knows dom0. Throws Error where it is not so: not_found
// without the daemon, timeout if it does not answer.
XenStore require_xenstore(const Settings& settings,
                          std::chrono::milliseconds patience = std::chrono::milliseconds(700));

// All that making a domain needs: privcmd, xenstored, xen-init-dom0, xenconsoled. Throws Error.
void require_toolstack(const Settings& settings);

// Its pid; nullopt: it does not run.
std::optional<int> find_xenconsoled(const Settings& settings);

}  // namespace runphi::xen

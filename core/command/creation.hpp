// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/backend/backend.hpp"
#include "core/base/unique_fd.hpp"
#include "core/command/options.hpp"
#include "core/container/store.hpp"
#include "core/oci/spec.hpp"

namespace phi::command {

// A container that has just been created; locked.
struct Creation {
    container::Container container;
    std::unique_ptr<backend::Backend> backend;
    oci::Spec spec;
    Settings settings;
};

enum class Mode { detached, foreground };

// What create and run share: the way of a container from its bundle to `created` (DESIGN.md). On an
// error nothing is left of it. In the foreground the terminal, if there is one, goes to `terminal`.
Creation create_container(const Global& global, const Create& options, Mode mode,
                          UniqueFd* terminal = nullptr);

// created -> running, with the poststart hooks.
void start_container(container::Container& container, const Settings& settings,
                     const backend::Backend& backend, const oci::Spec& spec);

}  // namespace phi::command

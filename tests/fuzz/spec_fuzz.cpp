// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/oci/spec.hpp"
#include "core/oci/state.hpp"

// Any bytes as config.json. Beyond not crashing: a refusal has words, a glance sees the marks that
// the parser sees, and what was accepted holds what the others rely on.
namespace {

void require(bool held) {
    if (!held) std::abort();
}

void check_accepted(const phi::oci::Spec& spec, const std::string& text) {
    const auto glance = phi::oci::glance_spec(text);
    require(glance.has_value());
    require(glance->annotations == spec.annotations);
    require(glance->root_path == spec.root_path);
    require(glance->process->env == spec.process->env);
    require(glance->process->args.front() == spec.process->args.front());
    require(glance->vm.has_value() == spec.vm.has_value());
    require(!spec.process->args.empty() && spec.process->cwd.front() == '/');
    for (const auto& mount : spec.mounts) require(mount.destination.front() == '/');
    if (spec.resources.memory_limit) require(*spec.resources.memory_limit > 0);
    if (spec.vm && spec.vm->hw_config) {
        for (const auto& range : spec.vm->hw_config->iomems) {
            require(range.count >= 1 && range.first_mfn + range.count <= 1ULL << 52);
        }
    }
    phi::oci::State state;
    state.annotations = spec.annotations;
    phi::json::parse(phi::oci::state_document(state), "state", {1U << 30, 64});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try {
        check_accepted(phi::oci::parse_spec(text), text);
    } catch (const phi::Error& error) {
        require(!error.message().empty());
        phi::oci::glance_spec(text);
    }
    return 0;
}

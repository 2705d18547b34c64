// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/plan/annotation.hpp"
#include "core/plan/managers.hpp"

namespace phi::plan {

namespace {

constexpr const char* memory_annotation = "org.runphi.memory";

struct Amount {
    std::uint64_t bytes;
    std::string where;
};

std::uint64_t parse_annotation(const std::string& value) {
    const auto bytes = parse_amount(value);
    if (!bytes) {
        fail_annotation(memory_annotation,
                        quoted(value) + " is no size: write bytes, or K, M or G after the number");
    }
    return *bytes;
}

Amount wanted(const oci::Spec& spec, const boot::Choice& choice, const Settings& settings) {
    if (spec.vm && spec.vm->hw_config && spec.vm->hw_config->memory) {
        return {*spec.vm->hw_config->memory, "vm.hwConfig.memory"};
    }
    if (const std::string* value = spec.annotation(memory_annotation)) {
        return {parse_annotation(*value), text("annotation ", memory_annotation)};
    }
    if (choice.memory) return {*choice.memory, "the image's memory"};
    const auto limit = spec.resources.memory_limit;
    if (limit && *limit > 0) {
        return {static_cast<std::uint64_t>(*limit), "linux.resources.memory.limit"};
    }
    return {settings.default_memory, "defaults.memory of the node's settings"};
}

}  // namespace

void ask_memory(const oci::Spec& spec, const boot::Choice& choice, const Settings& settings,
                board::Request& request) {
    const Amount amount = wanted(spec, choice, settings);
    if (amount.bytes == 0) throw Error(Code::invalid, amount.where + ": must be more than 0");
    request.memory = amount.bytes;
}

}  // namespace phi::plan

// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/plan/annotation.hpp"
#include "core/plan/managers.hpp"

namespace phi::plan {

namespace {

constexpr const char* vcpus_annotation = "org.runphi.vcpus";
constexpr std::uint64_t kernel_cpu_period = 100'000;  // µs, when a quota comes without a period

// A number of CPUs, and who asked for it.
struct Count {
    unsigned value;
    std::string where;
};

// A number of virtual CPUs asked for outright.
std::optional<Count> vcpus(const oci::Spec& spec, const boot::Choice& choice) {
    if (spec.vm && spec.vm->hw_config && spec.vm->hw_config->vcpus) {
        return Count{*spec.vm->hw_config->vcpus, "vm.hwConfig.vcpus"};
    }
    if (const std::string* value = spec.annotation(vcpus_annotation)) {
        const auto number = parse_u64(*value);
        if (!number || *number > std::numeric_limits<unsigned>::max()) {
            fail_annotation(vcpus_annotation, quoted(*value) + " is no number of CPUs");
        }
        return Count{static_cast<unsigned>(*number), text("annotation ", vcpus_annotation)};
    }
    if (choice.vcpus) return Count{*choice.vcpus, "the image's vcpus"};
    return std::nullopt;
}

// linux.resources.cpu: a quota of time becomes whole CPUs.
std::optional<Count> by_quota(const oci::Resources& resources) {
    if (!resources.cpu_quota || *resources.cpu_quota <= 0) return std::nullopt;
    const auto quota = static_cast<std::uint64_t>(*resources.cpu_quota);
    const std::uint64_t period = resources.cpu_period.value_or(kernel_cpu_period);
    if (period == 0) throw Error(Code::invalid, "linux.resources.cpu.period: must be more than 0");
    const std::uint64_t cpus = quota / period + (quota % period == 0 ? 0 : 1);
    if (cpus > std::numeric_limits<unsigned>::max()) {
        throw Error(Code::invalid, text("linux.resources.cpu.quota: ", quota, " µs in periods of ",
                                        period, " µs are ", cpus, " CPUs"));
    }
    return Count{static_cast<unsigned>(cpus), "linux.resources.cpu.quota"};
}

std::vector<unsigned> cpuset(const oci::Resources& resources) {
    const auto cpus = parse_cpu_list(resources.cpus);
    if (!cpus) {
        throw Error(Code::invalid, text("linux.resources.cpu.cpus: ", quoted(resources.cpus),
                                        " is no list of CPUs such as \"0,2-3\""));
    }
    return *cpus;
}

// On CPUs of its own a partition has as many virtual CPUs as CPUs; on shared ones it may have fewer
// than it may run on, never more.
void check_agree(const std::vector<unsigned>& list, const Count& count, const oci::Spec& spec,
                 const board::Board& board) {
    const bool agree =
        board.exclusive_cpus ? count.value == list.size() : count.value <= list.size();
    if (agree) return;
    throw Error(Code::invalid,
                text(count.where, " asks for ", count.value, count.value == 1 ? " CPU" : " CPUs",
                     ", linux.resources.cpu.cpus for ", list.size(), " (",
                     quoted(spec.resources.cpus), ")"),
                "make both the same, or give only one of them");
}

}  // namespace

void ask_cpus(const oci::Spec& spec, const boot::Choice& choice, const Settings& settings,
              const board::Board& board, board::Request& request) {
    const auto list = cpuset(spec.resources);
    const auto explicit_count = vcpus(spec, choice);
    if (explicit_count && explicit_count->value == 0) {
        throw Error(Code::invalid, explicit_count->where + ": must be more than 0");
    }
    if (!list.empty()) {
        if (explicit_count) check_agree(list, *explicit_count, spec, board);
        request.cpu_list = list;
        request.cpu_count =
            explicit_count ? explicit_count->value : static_cast<unsigned>(list.size());
        return;
    }
    const auto count = explicit_count ? explicit_count : by_quota(spec.resources);
    request.cpu_count = count ? count->value : settings.default_cpus;
}

}  // namespace phi::plan

// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <algorithm>
#include <charconv>

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

constexpr const char* annotation_prefix = "annotation org.runphi.xen.";
constexpr const char* schedulers[] = {"credit", "credit2", "rtds", "null", "arinc653"};
// xen/common/sched/rt.c takes periods of at least 10 us; a budget, too.
constexpr unsigned least_us = 10, most_us = 1'000'000'000;

[[noreturn]] void refuse(const std::string& name, const std::string& what) {
    throw Error(Code::invalid, annotation_prefix + name + ": " + what);
}

unsigned number(const std::string& name, const std::string& text, unsigned low, unsigned high) {
    unsigned value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec == std::errc() && parsed.ptr == end && value >= low && value <= high) {
        return value;
    }
    refuse(name, "expected " + std::to_string(low) + " to " + std::to_string(high) + ", found \"" +
                     text + "\"");
}

std::string scheduler(const std::string& name, const std::string& text) {
    if (std::find(std::begin(schedulers), std::end(schedulers), text) != std::end(schedulers)) {
        return text;
    }
    refuse(name, "\"" + text + "\" is not credit, credit2, rtds, null or arinc653");
}

std::string pool(const std::string& name, const std::string& text) {
    const auto plain = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
    if (!text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), plain)) {
        return text;
    }
    refuse(name, "\"" + text + "\" is no name of a CPU pool");
}

void take(Options& out, const std::string& name, const std::string& value) {
    Scheduling& how = out.scheduling;
    if (name == "cpupool") {
        out.cpupool = pool(name, value);
    } else if (name == "sched") {
        how.scheduler = scheduler(name, value);
    } else if (name == "sched-weight") {
        how.weight = number(name, value, 1, 65535);
    } else if (name == "sched-cap") {
        how.cap = number(name, value, 0, 65535);
    } else if (name == "sched-period") {
        how.period = number(name, value, least_us, most_us);
    } else if (name == "sched-budget") {
        how.budget = number(name, value, least_us, most_us);
    } else {
        refuse(name, "unknown to the Xen backend");
    }
}

// The parameters say which schedulers there can be.
void check_fit(const Scheduling& how) {
    const bool credit = how.weight || how.cap, rt = how.period || how.budget;
    if (credit && rt) refuse("sched-period", "sched-weight and sched-cap are of other schedulers");
    if (how.budget && !how.period) refuse("sched-budget", "there is no sched-period");
    if (how.period && !how.budget) refuse("sched-period", "there is no sched-budget");
    if (rt && *how.budget > *how.period) refuse("sched-budget", "it is more than the period");
    const std::string& name = how.scheduler;
    if (name.empty()) return;
    if (credit && name != "credit" && name != "credit2") {
        refuse("sched-weight", "the scheduler " + name + " has no weight and no cap");
    }
    if (rt && name != "rtds") {
        refuse("sched-period", "the scheduler " + name + " has no period and no budget");
    }
}

}  // namespace

Options read_options(const sdk::Plan& plan) {
    Options out;
    const auto options = plan.root().at("request").find("options");
    if (!options) return out;
    for (const auto& [name, value] : options->members()) take(out, name, value.string());
    check_fit(out.scheduling);
    return out;
}

}  // namespace runphi::xen

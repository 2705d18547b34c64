// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/planner.hpp"

#include <fcntl.h>

#include <limits>

#include "plugins/jailhouse/design.hpp"
#include "plugins/jailhouse/format/write.hpp"

namespace jailhouse_test {

namespace sdk = runphi::sdk;

namespace {

using Stage = std::string (sdk::Backend::*)(const sdk::Host&, const sdk::Planning&);
constexpr std::pair<const char*, Stage> stages[] = {
    {"cpu", &sdk::Backend::cpu}, {"mem", &sdk::Backend::mem},   {"dev", &sdk::Backend::dev},
    {"net", &sdk::Backend::net}, {"comm", &sdk::Backend::comm}, {"boot", &sdk::Backend::boot},
    {"end", &sdk::Backend::end},
};

runphi_host host_table(const std::string& settings) {
    runphi_host out{};
    out.size = sizeof out;
    out.log = [](void*, std::int32_t, const char*, std::uint64_t) {};
    out.remaining_ms = [](void*) { return std::numeric_limits<std::int64_t>::max(); };
    out.settings = settings.c_str();
    out.cache_dir = "/nonexistent";
    out.guest_dir = "/nonexistent";
    return out;
}

std::string grant_text(const Wish& wish) {
    if (!wish.grant.empty()) return wish.grant;
    const std::string memory = "[{\"pool\":\"cells\",\"base\":" + std::to_string(wish.base) +
                               ",\"size\":" + std::to_string(wish.size) + "}]";
    return R"({"cpu_count":1,"cpus":)" + wish.cpus + R"(,"memory":)" + memory + R"(,"devices":)" +
           wish.devices + R"(,"iomems":)" + wish.iomems + R"(,"irqs":)" + wish.irqs +
           R"(,"channels":)" + wish.channels + "}";
}

std::string plan_text(const Wish& wish, jh::Arch arch, std::uint64_t length,
                      const std::string& parts) {
    const char* name = arch == jh::Arch::x86 ? "x86_64" : "aarch64";
    return R"({"format":"runphi.plan/1","id":"c","partition":")" + wish.partition +
           R"(","backend":"jailhouse","arch":")" + name + R"(","kind":")" + wish.kind +
           R"(","request":{"cpus":{"count":1,"list":)" + wish.cpu_list + R"(},"iomems":)" +
           wish.asked_iomems + R"(,"net":")" + wish.net + R"("},"grant":)" + grant_text(wish) +
           R"(,"network":{"mode":")" + wish.mode + R"(","interfaces":[]},"boot":{"cmdline":"")" +
           wish.boot_extra + R"(,"images":[{"role":"inmate","path":"/i","length":)" +
           std::to_string(length) + R"(}]},"parts":{)" + parts + "}}";
}

}  // namespace

Planner::Planner(jh::System system, jh::Layout layout)
    : system_(std::move(system)), layout_(layout) {
    folder_.write("system.cell", jh::write_system(system_, layout_));
    folder_.write("tree/enabled", "1\n");
    folder_.write("tree/cells/0/name", system_.root_cell.name + "\n");
    folder_.write("tree/cells/0/state", "running\n");
    folder_.write("tree/cells/0/cpus_failed_list", "\n");
    set_root_cpus("0-3");
    if (jh::facts_of(layout_).has_rcpus) folder_.write("tree/cells/0/rcpus_assigned", "3\n");
    if (layout_ == jh::Layout::omnivisor) {
        folder_.write("tree/cells/0/fpga_regions_assigned", "0\n");
    }
}

std::string Planner::settings() const {
    return R"({"system":")" + folder_.path() + R"(/system.cell","sysfs":")" + folder_.path() +
           R"(/tree","device_tree":")" + folder_.path() + R"(/device-tree","cells":[)" + others_ +
           "]}";
}

void Planner::add_other(const jh::Cell& cell) {
    const std::string path = folder_.write(cell.name + ".cell", jh::write_cell(cell, layout_));
    others_ += (others_.empty() ? "\"" : ",\"") + path + "\"";
}

void Planner::set_root_cpus(const std::string& list) {
    folder_.write("tree/cells/0/cpus_assigned_list", list + "\n");
}

std::string Planner::board_text() const {
    if (!board.empty()) return board;
    return R"({"format":"runphi.board/1","name":"b","cpus":{"ids":"1-3"},"devices":)" + devices +
           R"(,"irqs":)" + irqs + R"(,"channels":)" + channels + "}";
}

std::string Planner::plan(const Wish& wish, const std::string& image) {
    const sdk::UniqueFd fd(::open(folder_.write("inmate", image).c_str(), O_RDONLY | O_CLOEXEC));
    const std::string inventory = board_text();
    const std::string settings = this->settings();
    const runphi_host table = host_table(settings);
    jh::JailhouseBackend backend;
    std::string parts;
    for (const auto& [name, stage] : stages) {
        const std::string plan = plan_text(wish, system_.arch, image.size(), parts);
        const sdk::Planning in{inventory, plan, {{"inmate", fd.get(), image.size()}}};
        const std::string part = (backend.*stage)(sdk::Host(table), in);
        if (part.empty()) continue;
        parts += (parts.empty() ? "\"" : ",\"") + std::string(name) + "\":" + part;
    }
    return plan_text(wish, system_.arch, image.size(), parts);
}

jh::Cell Planner::cell(const Wish& wish, const std::string& image) {
    return jh::design_cell(sdk::Plan(plan(wish, image)), system_);
}

std::string Planner::bytes(const Wish& wish, const std::string& image) {
    return jh::write_cell(cell(wish, image), layout_);
}

}  // namespace jailhouse_test

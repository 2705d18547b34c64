// SPDX-License-Identifier: Apache-2.0
#include "planner.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "plugins/xen/design.hpp"
#include "plugins/xen/files.hpp"

namespace xen_test {

namespace sdk = runphi::sdk;
using namespace runphi::xen;

namespace {

// The C table that the core would hand to the plugin; planning uses the settings only.
sdk::Host host_with(runphi_host& table, const std::string& settings) {
    table.size = sizeof table;
    table.settings = settings.c_str();
    table.log = [](void*, std::int32_t, const char*, std::uint64_t) {};
    table.remaining_ms = [](void*) { return INT64_MAX; };
    return sdk::Host(table);
}

std::string plan_text(const Wish& wish, std::size_t length, const std::string& parts) {
    const std::string role = wish.kind == "inmate" ? "inmate" : "kernel";
    return R"({"format":"runphi.plan/1","id":"c1","partition":"c1","backend":"xen","arch":")" +
           wish.arch + R"(","kind":")" + wish.kind +
           R"(","request":{"cpus":{"count":1,"list":[]},"memory":1,"devices":[],)"
           R"("device_tree_paths":)" +
           wish.asked_paths + R"(,"iomems":)" + wish.asked_iomems +
           R"(,"irqs":[],"channels":[],"net":")" + wish.net + R"(","options":)" + wish.options +
           R"(},"grant":{"cpus":)" + wish.cpus + R"(,"cpu_count":)" + wish.cpu_count +
           R"(,"memory":[{"pool":"xen","base":)" + wish.memory_base + R"(,"size":)" + wish.memory +
           R"(}],"devices":)" + wish.devices + R"(,"iomems":)" + wish.iomems + R"(,"irqs":)" +
           wish.irqs + R"(,"channels":)" + wish.channels + R"(},"network":{"mode":")" + wish.mode +
           R"(","interfaces":[]},"boot":{"kind":")" + wish.kind + R"(","source":"vm","arch":")" +
           wish.arch + R"(","cmdline":")" + wish.cmdline + "\"" + wish.boot_extra +
           R"(,"images":[{"role":")" + role + R"(","path":"/k","length":)" +
           std::to_string(length) + "}" + wish.extra_image + R"(]},"parts":{)" + parts + "}}";
}

}  // namespace

Planner::Planner() {
    set_capabilities("xen-3.0-aarch64 xen-3.0-armv7l");
}

std::string Planner::plan(const Wish& wish, const std::string& image) {
    const sdk::UniqueFd fd = memory_file("image", image);
    std::string all = settings;
    all.insert(1, R"("root":")" + folder_.path() + "\"" + (all == "{}" ? "" : ","));
    runphi_host table{};
    const sdk::Host host = host_with(table, all);
    const std::string board = R"({"devices":)" + wish.board_devices + "}";
    std::vector<sdk::Image> images{
        {wish.kind == "inmate" ? "inmate" : "kernel", fd.get(), image.size()}};
    if (wish.disk != 0) images.push_back({"disk", fd.get(), wish.disk});

    using Stage = std::string (sdk::Backend::*)(const sdk::Host&, const sdk::Planning&);
    const std::pair<const char*, Stage> stages[] = {
        {"begin", &sdk::Backend::begin}, {"cpu", &sdk::Backend::cpu}, {"mem", &sdk::Backend::mem},
        {"dev", &sdk::Backend::dev},     {"net", &sdk::Backend::net}, {"comm", &sdk::Backend::comm},
        {"boot", &sdk::Backend::boot},   {"end", &sdk::Backend::end}};
    XenBackend backend;
    std::string parts;
    for (const auto& [name, stage] : stages) {
        const std::string text = plan_text(wish, image.size(), parts);
        const std::string part = (backend.*stage)(host, {board, text, images});
        if (part.empty()) continue;
        parts += (parts.empty() ? "\"" : ",\"") + std::string(name) + "\":" + part;
    }
    return plan_text(wish, image.size(), parts);
}

DomainConfig Planner::domain(const Wish& wish, const std::string& image) {
    return design_domain(sdk::Plan(plan(wish, image)));
}

std::string Planner::refused(const Wish& wish, const std::string& image) {
    return refusal([&] { plan(wish, image); });
}

std::string arm64_image() {
    std::string out(4096, '\0');
    out.replace(56, 4, "ARM\x64");
    return out;
}

std::string bzimage() {
    std::string out(4096, '\0');
    out.replace(0x202, 4, "HdrS");
    return out;
}

}  // namespace xen_test

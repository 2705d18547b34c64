// SPDX-License-Identifier: Apache-2.0
#include "core/plan/assemble.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/grant_json.hpp"
#include "core/plan/managers.hpp"
#include "guest/phi-init/config_keys.h"

namespace phi::plan {

namespace {

using Allocator = json::Document::AllocatorType;
using backend::Stage;

constexpr Stage stages[] = {Stage::begin, Stage::cpu,  Stage::mem,  Stage::dev,
                            Stage::net,   Stage::comm, Stage::boot, Stage::end};

json::Value names_value(const std::vector<std::string>& names, Allocator& memory) {
    json::Value array(rapidjson::kArrayType);
    for (const auto& name : names) array.PushBack(json::Value(name, memory), memory);
    return array;
}

json::Value numbers_value(const std::vector<std::uint32_t>& numbers, Allocator& memory) {
    json::Value array(rapidjson::kArrayType);
    for (const auto number : numbers) array.PushBack(number, memory);
    return array;
}

json::Value request_value(const Input& input, Allocator& memory) {
    const board::Request& request = input.request;
    json::Value cpus(rapidjson::kObjectType);
    cpus.AddMember("count", request.cpu_count, memory);
    cpus.AddMember("list", numbers_value(request.cpu_list, memory), memory);
    json::Value iomems(rapidjson::kArrayType);
    for (const auto& region : request.iomems) {
        json::Value item(rapidjson::kObjectType);
        item.AddMember("base", region.base, memory);
        item.AddMember("size", region.size, memory);
        item.AddMember("guest_base", guest_base(input.spec, region), memory);
        iomems.PushBack(item, memory);
    }
    json::Value out(rapidjson::kObjectType);
    out.AddMember("cpus", cpus, memory);
    out.AddMember("memory", request.memory, memory);
    out.AddMember("devices", names_value(request.devices, memory), memory);
    out.AddMember("device_tree_paths", names_value(request.device_tree_paths, memory), memory);
    out.AddMember("iomems", iomems, memory);
    out.AddMember("irqs", numbers_value(request.irqs, memory), memory);
    out.AddMember("channels", names_value(request.channels, memory), memory);
    out.AddMember("net", json::Value(network(input.spec, input.choice), memory), memory);
    if (!input.options.empty()) {
        json::Value options(rapidjson::kObjectType);
        for (const auto& [name, value] : input.options) {
            options.AddMember(json::Value(name, memory), json::Value(value, memory), memory);
        }
        out.AddMember("options", options, memory);
    }
    return out;
}

// Its interfaces are known when the engine has made them.
json::Value network_value(NetworkMode mode, Allocator& memory) {
    json::Value out(rapidjson::kObjectType);
    out.AddMember("mode", json::Value(to_string(mode), memory), memory);
    out.AddMember("interfaces", json::Value(rapidjson::kArrayType), memory);
    return out;
}

// One tree, whatever the number of bind mounts: what it costs to share, it costs once.
json::Value shares_value(const Input& input, Allocator& memory) {
    json::Value entries(rapidjson::kArrayType);
    for (const auto& bind : input.shared) {
        json::Value entry(rapidjson::kObjectType);
        entry.AddMember("source", json::Value(bind.path, memory), memory);
        entry.AddMember("destination", json::Value(bind.destination, memory), memory);
        entry.AddMember("read_only", bind.read_only, memory);
        entries.PushBack(entry, memory);
    }
    json::Value tree(rapidjson::kObjectType);
    tree.AddMember("tag", PHI_SHARE_TAG, memory);
    tree.AddMember("dir", json::Value(input.shares_dir, memory), memory);
    tree.AddMember("entries", entries, memory);
    json::Value shares(rapidjson::kArrayType);
    shares.PushBack(tree, memory);
    return shares;
}

json::Document front_half(const Input& input, const std::string& backend_id) {
    json::Document plan(rapidjson::kObjectType);
    Allocator& memory = plan.GetAllocator();
    plan.AddMember("format", "runphi.plan/1", memory);
    plan.AddMember("id", json::Value(input.id, memory), memory);
    plan.AddMember("partition", json::Value(input.partition, memory), memory);
    plan.AddMember("backend", json::Value(backend_id, memory), memory);
    plan.AddMember("arch", json::Value(input.choice.arch, memory), memory);
    plan.AddMember("kind", json::Value(boot::to_string(input.choice.kind), memory), memory);
    plan.AddMember("request", request_value(input, memory), memory);
    plan.AddMember("grant", board::grant_value(input.grant, memory), memory);
    plan.AddMember("network", network_value(input.network, memory), memory);
    plan.AddMember("boot", boot_value(input.choice, memory), memory);
    if (!input.shared.empty()) plan.AddMember("shares", shares_value(input, memory), memory);
    plan.AddMember("parts", json::Value(rapidjson::kObjectType), memory);
    return plan;
}

json::Document parse_part(const std::string& part, const std::string& backend_id,
                          const char* stage) {
    const std::string what = text("backend ", backend_id, ", planning stage ", stage);
    try {
        json::Document parsed = json::parse(part, what);
        if (parsed.IsObject()) return parsed;
    } catch (const Error& error) {
        throw Error(Code::internal, error.message(), "this is a fault of the backend");
    }
    throw Error(Code::internal, what + ": what it wrote is no JSON object",
                "this is a fault of the backend");
}

}  // namespace

std::string assemble(const Input& input, const std::string& backend_id,
                     const StageFunction& backend_half) {
    json::Document plan = front_half(input, backend_id);
    Allocator& memory = plan.GetAllocator();
    for (const Stage stage : stages) {
        const std::string part = backend_half(stage, json::write(plan));
        if (part.empty()) continue;
        const char* name = backend::to_string(stage);
        const json::Document parsed = parse_part(part, backend_id, name);
        plan["parts"].AddMember(json::Value(name, memory), json::Value(parsed, memory), memory);
    }
    return json::write(plan, true) + "\n";
}

}  // namespace phi::plan

// SPDX-License-Identifier: Apache-2.0
#include "core/plan/replan.hpp"

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/board/grant_json.hpp"

namespace phi::plan {

namespace {

json::Value& member(json::Value& object, const char* name) {
    if (object.IsObject() && object.HasMember(name)) return object[name];
    throw Error(Code::invalid, std::string("plan: ") + name + ": missing",
                "the container's plan was changed or lost; create the container anew");
}

}  // namespace

std::string replan_cpus(const std::string& plan, const board::Grant& grant,
                        const std::vector<unsigned>& cpus, const StageFunction& backend_half) {
    json::Document changed = json::parse(plan, "plan");
    auto& memory = changed.GetAllocator();
    member(changed, "grant") = board::grant_value(grant, memory);
    json::Value list(rapidjson::kArrayType);
    for (const unsigned cpu : cpus) list.PushBack(cpu, memory);
    member(member(member(changed, "request"), "cpus"), "list") = list;
    json::Value& parts = member(changed, "parts");
    parts.RemoveMember("cpu");
    const std::string part = backend_half(backend::Stage::cpu, json::write(changed));
    if (!part.empty()) {
        const json::Document parsed = json::parse(part, "the backend's part for the CPUs");
        parts.AddMember("cpu", json::Value(parsed, memory), memory);
    }
    return json::write(changed, true) + "\n";
}

}  // namespace phi::plan

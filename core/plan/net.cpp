// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/network/interface_json.hpp"
#include "core/network/namespace.hpp"
#include "core/plan/managers.hpp"
#include "core/plan/network.hpp"

namespace phi::plan {

namespace {

const oci::Namespace* network_namespace(const oci::Spec& spec) {
    for (const auto& one : spec.namespaces) {
        if (one.type == "network") return &one;
    }
    return nullptr;
}

[[noreturn]] void refuse_host_network() {
    throw Error(Code::unsupported,
                "the container asks for the host's network, which a partition cannot share: its "
                "guest has a kernel of its own",
                "give it a network of its own (in Kubernetes: hostNetwork: false), or annotate it "
                "with org.runphi.net=none");
}

// The one that the engine has made, or will make in its hooks.
NetworkMode of_container(const oci::Namespace& given) {
    if (given.path.empty()) return NetworkMode::container;
    const auto found = network::namespace_at(given.path);
    if (found && network::is_host_namespace(*found)) refuse_host_network();
    return NetworkMode::container;
}

}  // namespace

const char* to_string(NetworkMode mode) {
    switch (mode) {
        case NetworkMode::container:
            return "container";
        case NetworkMode::backend:
            return "backend";
        case NetworkMode::none:
            break;
    }
    return "none";
}

std::string network(const oci::Spec& spec, const boot::Choice& choice) {
    const std::string* value = spec.annotation("org.runphi.net");
    return value != nullptr ? *value : choice.net;
}

NetworkMode network_mode(const oci::Spec& spec, const boot::Choice& choice, bool backend_can) {
    const std::string wanted = network(spec, choice);
    if (wanted == "none" || wanted == "no") return NetworkMode::none;
    if (wanted == "host") refuse_host_network();
    const bool outright = wanted == "container" || wanted == "yes";
    if (!wanted.empty() && (!outright || !backend_can)) return NetworkMode::backend;
    if (!backend_can) return NetworkMode::none;
    const oci::Namespace* given = network_namespace(spec);
    if (given != nullptr) return of_container(*given);
    if (outright) {
        throw Error(Code::invalid,
                    text("network ", quoted(wanted),
                         " is asked for, but the config has no network namespace"),
                    "add {\"type\": \"network\"} to linux.namespaces");
    }
    if (!spec.namespaces.empty()) refuse_host_network();
    return NetworkMode::none;
}

std::string with_network(const std::string& plan, const MadeNetwork& made) {
    json::Document document = json::parse(plan, "the plan");
    auto& memory = document.GetAllocator();
    json::Value& network = document["network"];
    network["interfaces"] = network::interfaces_value(made.interfaces, memory);
    network.AddMember("namespace", network::namespace_value(made.where, memory), memory);
    if (!made.resolvers.empty()) {
        json::Value resolvers(rapidjson::kArrayType);
        for (const auto& one : made.resolvers) resolvers.PushBack(json::Value(one, memory), memory);
        network.AddMember("resolvers", resolvers, memory);
    }
    return json::write(document, true) + "\n";
}

std::string with_initrd_length(const std::string& plan, std::uint64_t length) {
    json::Document document = json::parse(plan, "the plan");
    for (auto& image : document["boot"]["images"].GetArray()) {
        if (image["role"] == "initrd" && image["path"] == "") image["length"] = length;
    }
    return json::write(document, true) + "\n";
}

}  // namespace phi::plan

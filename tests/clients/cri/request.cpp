// SPDX-License-Identifier: Apache-2.0
#include "request.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "core/base/text.hpp"
#include "images.hpp"

namespace phi::test::request {

namespace {

std::string object(const std::map<std::string, std::string>& members) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : members) {
        parts.push_back(text(quoted(key), ": ", quoted(value)));
    }
    return "{" + join(parts, ", ") + "}";
}

std::string key_values(const std::map<std::string, std::string>& members) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : members) {
        parts.push_back(text(R"({"key": )", quoted(key), R"(, "value": )", quoted(value), "}"));
    }
    return "[" + join(parts, ", ") + "]";
}

std::string mounts(const std::vector<BindMount>& binds) {
    std::vector<std::string> parts;
    for (const auto& bind : binds) {
        parts.push_back(text(R"({"host_path": )", quoted(bind.source), R"(, "container_path": )",
                             quoted(bind.target), R"(, "readonly": )",
                             bind.read_only ? "true" : "false", "}"));
    }
    return "[" + join(parts, ", ") + "]";
}

void add_mark(ContainerAsk& ask) {
    const std::string program = text("/boot/", ask.program, ".elf");
    auto& marks = ask.by_environment ? ask.env : ask.annotations;
    if (ask.kind == guest && ask.by_environment) marks["LINUX"] = "1";
    if (ask.kind == guest && !ask.by_environment) marks["org.runphi.guest"] = "linux";
    if (ask.kind == inmate) marks[ask.by_environment ? "INMATE" : "org.runphi.inmate"] = program;
}

}  // namespace

std::string quoted(const std::string& text) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    writer.String(text.c_str(), static_cast<rapidjson::SizeType>(text.size()));
    return buffer.GetString();
}

std::string strings(const std::vector<std::string>& list) {
    std::vector<std::string> parts;
    parts.reserve(list.size());
    for (const auto& item : list) parts.push_back(quoted(item));
    return "[" + join(parts, ", ") + "]";
}

std::string of_pod(const std::string& id, const std::string& more) {
    return text(R"({"pod_sandbox_id": )", quoted(id), more.empty() ? "" : ", ", more, "}");
}

std::string of_container(const std::string& id, const std::string& more) {
    return text(R"({"container_id": )", quoted(id), more.empty() ? "" : ", ", more, "}");
}

std::string pod_config(const PodAsk& ask, const std::string& name, const Place& place) {
    return text(R"({"metadata": {"name": ")", name, R"(", "uid": ")", name,
                R"(", "namespace": "default"}, "hostname": )", quoted(ask.hostname),
                R"(, "log_directory": ")", place.dir,
                R"(", "dns_config": {"servers": ["192.0.2.53"]}, "annotations": )",
                object(ask.annotations), R"(, "linux": {"cgroup_parent": ")", place.cgroup, "/",
                name, R"(", "security_context": {"namespace_options": {)", ask.namespaces, "}}}}");
}

std::string container_config(const ContainerAsk& wanted, const std::string& name) {
    ContainerAsk ask = wanted;
    add_mark(ask);
    return text(R"({"metadata": {"name": ")", name, R"("}, "image": {"image": ")",
                ask.kind == inmate ? inmate_image : box_image, R"("}, "command": )",
                strings(ask.command), R"(, "log_path": ")", name, R"(.out", "annotations": )",
                object(ask.annotations), R"(, "envs": )", key_values(ask.env), R"(, "mounts": )",
                mounts(ask.binds), R"(, "linux": {"resources": {)", ask.resources,
                R"(}, "security_context": {"namespace_options": {)", ask.namespaces, "}",
                ask.security, "}}", ask.more, "}");
}

}  // namespace phi::test::request

// SPDX-License-Identifier: Apache-2.0
#include "core/container/record.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"

namespace phi::container {

namespace {

constexpr std::uint64_t format_version = 1;

constexpr std::array<std::pair<Status, const char*>, 5> status_names{{
    {Status::creating, "creating"},
    {Status::created, "created"},
    {Status::running, "running"},
    {Status::paused, "paused"},
    {Status::stopped, "stopped"},
}};

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_process(Writer& out, const char* key, const ProcessId& process) {
    out.Key(key);
    out.StartObject();
    out.Key("pid");
    out.Int(process.pid);
    out.Key("startTime");
    out.Uint64(process.start_time);
    out.EndObject();
}

ProcessId read_process(const json::Node& node) {
    return {static_cast<pid_t>(node.at("pid").as_i64(0, 1 << 30)), node.at("startTime").as_u64()};
}

Status read_status(const json::Node& node) {
    const std::string name = node.as_string();
    for (const auto& [status, known] : status_names) {
        if (name == known) return status;
    }
    node.fail("unknown status " + quoted(name));
}

}  // namespace

const char* to_string(Status status) {
    for (const auto& [known, name] : status_names) {
        if (known == status) return name;
    }
    return "stopped";
}

std::string Record::to_json() const {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    const auto member = [&out](const char* key, const std::string& value) {
        out.Key(key);
        out.String(value);
    };
    out.StartObject();
    out.Key("format");
    out.Uint64(format_version);
    member("id", id);
    member("root", root);
    member("bundle", bundle);
    member("rootfs", rootfs);
    member("ociVersion", oci_version);
    member("created", created);
    out.Key("annotations");
    out.StartObject();
    for (const auto& [key, value] : annotations) member(key.c_str(), value);
    out.EndObject();
    member("status", to_string(status));
    out.Key("inDoubt");
    out.Bool(in_doubt);
    member("bootId", boot_id);
    write_process(out, "owner", owner);
    write_process(out, "monitor", monitor);
    member("backend", backend);
    member("partition", partition);
    member("cgroup", cgroup);
    out.Key("cgroups");
    out.StartArray();
    for (const auto& directory : cgroups) out.String(directory);
    out.EndArray();
    member("pidFile", pid_file);
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

Record Record::parse(const std::string& text, const std::string& what) {
    const json::Document document = json::parse(text, what);
    const json::Node node(document, what);
    if (node.at("format").as_u64() != format_version) {
        node.at("format").fail(
            "written by another version of runphi; delete the container with that one");
    }
    Record record;
    record.id = node.at("id").as_string();
    record.root = node.at("root").as_string();
    record.bundle = node.at("bundle").as_string();
    record.rootfs = node.at("rootfs").as_string();
    record.oci_version = node.at("ociVersion").as_string();
    record.created = node.at("created").as_string();
    node.at("annotations").members([&record](const std::string& key, const json::Node& value) {
        record.annotations.emplace(key, value.as_string());
    });
    record.status = read_status(node.at("status"));
    record.in_doubt = node.at("inDoubt").as_bool();
    record.boot_id = node.at("bootId").as_string();
    record.owner = read_process(node.at("owner"));
    record.monitor = read_process(node.at("monitor"));
    record.backend = node.at("backend").as_string();
    record.partition = node.at("partition").as_string();
    record.cgroup = node.opt_string("cgroup").value_or("");
    record.cgroups = node.strings("cgroups");
    record.pid_file = node.at("pidFile").as_string();
    return record;
}

}  // namespace phi::container

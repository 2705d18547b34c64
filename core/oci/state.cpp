// SPDX-License-Identifier: Apache-2.0
#include "core/oci/state.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace phi::oci {

namespace {

using Buffer = rapidjson::StringBuffer;

template <typename Writer>
void put(Writer& writer, const std::string& key, const std::string& value) {
    writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    writer.String(value);
}

template <typename Writer>
void put_annotations(Writer& writer, const State& state) {
    if (state.annotations.empty()) return;
    writer.Key("annotations");
    writer.StartObject();
    for (const auto& [key, value] : state.annotations) put(writer, key, value);
    writer.EndObject();
}

// The keys in runc's order.
template <typename Writer>
void put_document(Writer& writer, const State& state) {
    writer.StartObject();
    put(writer, "ociVersion", state.version);
    put(writer, "id", state.id);
    writer.Key("pid");
    writer.Int(state.pid);
    put(writer, "status", state.status);
    put(writer, "bundle", state.bundle);
    put(writer, "rootfs", state.rootfs);
    put(writer, "created", state.created);
    put_annotations(writer, state);
    put(writer, "owner", state.owner);
    writer.EndObject();
}

}  // namespace

std::string hook_state(const State& state) {
    Buffer buffer;
    rapidjson::Writer<Buffer> writer(buffer);
    writer.StartObject();
    put(writer, "ociVersion", state.version);
    put(writer, "id", state.id);
    put(writer, "status", state.status);
    if (state.pid != 0) {
        writer.Key("pid");
        writer.Int(state.pid);
    }
    put(writer, "bundle", state.bundle);
    put_annotations(writer, state);
    writer.EndObject();
    return buffer.GetString();
}

std::string state_document(const State& state) {
    Buffer buffer;
    rapidjson::PrettyWriter<Buffer> writer(buffer);
    writer.SetIndent(' ', 2);
    put_document(writer, state);
    return buffer.GetString();
}

std::string list_entry(const State& state) {
    Buffer buffer;
    rapidjson::Writer<Buffer> writer(buffer);
    put_document(writer, state);
    return buffer.GetString();
}

}  // namespace phi::oci

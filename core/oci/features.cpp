// SPDX-License-Identifier: Apache-2.0
#include "core/oci/features.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/oci/linux_names.hpp"
#include "core/oci/version.hpp"

namespace phi::oci {

namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

constexpr std::array<std::string_view, 6> hooks = {
    "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"};

// What phi-init knows (guest/phi-init/mount_options.c), and what makes a bind mount, which the
// packer copies in.
constexpr std::array<std::string_view, 39> mount_options = {
    "async",    "atime",      "bind",          "defaults", "dev",         "diratime",
    "dirsync",  "exec",       "iversion",      "lazytime", "loud",        "mand",
    "noatime",  "nodev",      "nodiratime",    "noexec",   "noiversion",  "nolazytime",
    "nomand",   "norelatime", "nostrictatime", "nosuid",   "private",     "rbind",
    "relatime", "ro",         "rprivate",      "rshared",  "rslave",      "runbindable",
    "rw",       "shared",     "silent",        "slave",    "strictatime", "suid",
    "sync",     "tmpcopyup",  "unbindable"};

constexpr std::array<std::string_view, 8> namespaces = {"cgroup", "ipc",  "mount", "network",
                                                        "pid",    "time", "user",  "uts"};

// A trailing dot makes a prefix. All but ours are runc's: ordinary containers go on to it.
constexpr std::array<std::string_view, 4> unsafe_annotations = {
    "bundle", "org.criu.config", "org.runphi.", "org.systemd.property."};

void put_string(Writer& writer, std::string_view text) {
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

template <typename Strings>
void put_list(Writer& writer, const char* key, const Strings& strings) {
    writer.Key(key);
    writer.StartArray();
    for (const auto string : strings) put_string(writer, string);
    writer.EndArray();
}

void put_enabled(Writer& writer, const char* section, bool enabled) {
    writer.Key(section);
    writer.StartObject();
    writer.Key("enabled");
    writer.Bool(enabled);
    writer.EndObject();
}

void put_cgroup(Writer& writer) {
    writer.Key("cgroup");
    writer.StartObject();
    for (const auto& [key, there] :
         {std::pair{"v1", true}, std::pair{"v2", true}, std::pair{"systemd", false},
          std::pair{"systemdUser", false}, std::pair{"rdma", false}}) {
        writer.Key(key);
        writer.Bool(there);
    }
    writer.EndObject();
}

// What confines a process on the host's kernel has no meaning in a partition with its own.
void put_linux(Writer& writer) {
    writer.Key("linux");
    writer.StartObject();
    put_list(writer, "namespaces", namespaces);
    put_list(writer, "capabilities", capability_names);
    put_cgroup(writer);
    put_enabled(writer, "seccomp", false);
    put_enabled(writer, "apparmor", false);
    put_enabled(writer, "selinux", false);
    put_enabled(writer, "intelRdt", false);
    writer.Key("mountExtensions");
    writer.StartObject();
    put_enabled(writer, "idmap", false);
    writer.EndObject();
    put_enabled(writer, "netDevices", false);
    writer.EndObject();
}

// The specification has no place for the `vm` section, so it is told here.
std::array<std::pair<const char*, std::string>, 5> annotations(const std::string& backends) {
    return {{{"org.runphi.backends", backends},
             {"org.runphi.checkpoint.enabled", "false"},
             {"org.runphi.version", RUNPHI_VERSION},
             {"org.runphi.vm.enabled", "true"},
             {"org.runphi.vm.hwConfig", "deviceTree,vcpus,memory,dtdevs,iomems,irqs"}}};
}

void put_annotations(Writer& writer, const std::string& backends) {
    writer.Key("annotations");
    writer.StartObject();
    for (const auto& [key, value] : annotations(backends)) {
        writer.Key(key);
        writer.String(value);
    }
    writer.EndObject();
}

// The member, made with an empty value of this type where it is missing.
json::Value& member(json::Document& document, const char* name, rapidjson::Type type) {
    if (!document.HasMember(name)) {
        document.AddMember(json::Value(name, document.GetAllocator()), json::Value(type),
                           document.GetAllocator());
    }
    json::Value& found = document[name];
    if (found.GetType() == type) return found;
    throw Error(Code::invalid, std::string("runc's features: ") + name + " is something else");
}

std::string printed(const json::Document& document) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.SetIndent(' ', 4);
    document.Accept(writer);
    return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace

std::string features_document(const std::string& backends) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.SetIndent(' ', 4);
    writer.StartObject();
    writer.Key("ociVersionMin");
    writer.String(version_min);
    writer.Key("ociVersionMax");
    writer.String(version_max);
    put_list(writer, "hooks", hooks);
    put_list(writer, "mountOptions", mount_options);
    put_linux(writer);
    put_annotations(writer, backends);
    put_list(writer, "potentiallyUnsafeConfigAnnotations", unsafe_annotations);
    writer.EndObject();
    return std::string(buffer.GetString()) + "\n";
}

std::string features_with(const std::string& runc_document, const std::string& backends) {
    json::Document document = json::parse(runc_document, "runc's features");
    auto& memory = document.GetAllocator();
    json::Node(document, "runc's features").at("ociVersionMin").as_string();
    json::Value& told = member(document, "annotations", rapidjson::kObjectType);
    for (const auto& [key, value] : annotations(backends)) {
        told.RemoveMember(key);
        told.AddMember(json::Value(key, memory), json::Value(value, memory), memory);
    }
    json::Value& unsafe =
        member(document, "potentiallyUnsafeConfigAnnotations", rapidjson::kArrayType);
    const json::Value ours("org.runphi.");
    if (std::find(unsafe.Begin(), unsafe.End(), ours) == unsafe.End())
        unsafe.PushBack(json::Value(ours, memory), memory);
    return printed(document);
}

}  // namespace phi::oci

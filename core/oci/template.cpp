// SPDX-License-Identifier: Apache-2.0
#include "core/oci/template.hpp"

#include <linux/magic.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <string_view>
#include <vector>

#include "core/oci/version.hpp"

namespace phi::oci {

namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;
using Names = std::vector<std::string_view>;

void put(Writer& writer, const char* key, std::string_view value) {
    writer.Key(key);
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

void put_list(Writer& writer, const char* key, const Names& names) {
    writer.Key(key);
    writer.StartArray();
    for (const auto name : names) {
        writer.String(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    }
    writer.EndArray();
}

void put_number(Writer& writer, const char* key, std::uint64_t value) {
    writer.Key(key);
    writer.Uint64(value);
}

void put_bool(Writer& writer, const char* key, bool value) {
    writer.Key(key);
    writer.Bool(value);
}

void put_capabilities(Writer& writer) {
    writer.Key("capabilities");
    writer.StartObject();
    for (const char* set : {"bounding", "effective", "permitted", "ambient"}) {
        put_list(writer, set, {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"});
    }
    writer.EndObject();
}

void put_process(Writer& writer) {
    writer.Key("process");
    writer.StartObject();
    put_bool(writer, "terminal", true);
    writer.Key("user");
    writer.StartObject();
    put_number(writer, "uid", 0);
    put_number(writer, "gid", 0);
    writer.EndObject();
    put_list(writer, "args", {"sh"});
    put_list(writer, "env",
             {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"});
    put(writer, "cwd", "/");
    put_capabilities(writer);
    writer.Key("rlimits");
    writer.StartArray();
    writer.StartObject();
    put(writer, "type", "RLIMIT_NOFILE");
    put_number(writer, "hard", 1024);
    put_number(writer, "soft", 1024);
    writer.EndObject();
    writer.EndArray();
    put_bool(writer, "noNewPrivileges", true);
    writer.EndObject();
}

void put_root(Writer& writer) {
    writer.Key("root");
    writer.StartObject();
    put(writer, "path", "rootfs");
    put_bool(writer, "readonly", true);
    writer.EndObject();
}

void put_mount(Writer& writer, std::string_view destination, std::string_view type,
               std::string_view source, const Names& options) {
    writer.StartObject();
    put(writer, "destination", destination);
    put(writer, "type", type);
    put(writer, "source", source);
    if (!options.empty()) put_list(writer, "options", options);
    writer.EndObject();
}

// Without the right to mount sysfs, or to give a terminal to a group that is not mapped.
void put_mounts(Writer& writer, bool rootless) {
    Names pts = {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"};
    if (!rootless) pts.emplace_back("gid=5");
    writer.Key("mounts");
    writer.StartArray();
    put_mount(writer, "/proc", "proc", "proc", {});
    put_mount(writer, "/dev", "tmpfs", "tmpfs",
              {"nosuid", "strictatime", "mode=755", "size=65536k"});
    put_mount(writer, "/dev/pts", "devpts", "devpts", pts);
    put_mount(writer, "/dev/shm", "tmpfs", "shm",
              {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"});
    put_mount(writer, "/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"});
    if (rootless) {
        put_mount(writer, "/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"});
    } else {
        put_mount(writer, "/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"});
    }
    put_mount(writer, "/sys/fs/cgroup", "cgroup", "cgroup",
              {"nosuid", "noexec", "nodev", "relatime", "ro"});
    writer.EndArray();
}

void put_mapping(Writer& writer, const char* key, std::uint32_t host_id) {
    writer.Key(key);
    writer.StartArray();
    writer.StartObject();
    put_number(writer, "containerID", 0);
    put_number(writer, "hostID", host_id);
    put_number(writer, "size", 1);
    writer.EndObject();
    writer.EndArray();
}

void put_devices(Writer& writer) {
    writer.Key("resources");
    writer.StartObject();
    writer.Key("devices");
    writer.StartArray();
    writer.StartObject();
    put_bool(writer, "allow", false);
    put(writer, "access", "rwm");
    writer.EndObject();
    writer.EndArray();
    writer.EndObject();
}

void put_namespaces(Writer& writer, const TemplateOptions& options) {
    Names names = {"pid"};
    if (!options.rootless) names.emplace_back("network");
    names.insert(names.end(), {"ipc", "uts", "mount"});
    if (options.cgroup_namespace) names.emplace_back("cgroup");
    if (options.rootless) names.emplace_back("user");
    writer.Key("namespaces");
    writer.StartArray();
    for (const auto name : names) {
        writer.StartObject();
        put(writer, "type", name);
        writer.EndObject();
    }
    writer.EndArray();
}

void put_linux(Writer& writer, const TemplateOptions& options) {
    writer.Key("linux");
    writer.StartObject();
    if (options.rootless) {
        put_mapping(writer, "uidMappings", options.uid);
        put_mapping(writer, "gidMappings", options.gid);
    } else {
        put_devices(writer);
    }
    put_namespaces(writer, options);
    put_list(writer, "maskedPaths",
             {"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
              "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware",
              "/proc/scsi"});
    put_list(writer, "readonlyPaths",
             {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"});
    writer.EndObject();
}

}  // namespace

TemplateOptions template_options(bool rootless) {
    struct statfs cgroup;
    const bool unified =
        ::statfs("/sys/fs/cgroup", &cgroup) == 0 && cgroup.f_type == CGROUP2_SUPER_MAGIC;
    return {rootless, ::geteuid(), ::getegid(), unified};
}

std::string spec_template(const TemplateOptions& options) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.SetIndent('\t', 1);
    writer.StartObject();
    put(writer, "ociVersion", version_max);
    put_process(writer);
    put_root(writer);
    put(writer, "hostname", "runc");
    put_mounts(writer, options.rootless);
    put_linux(writer, options);
    writer.EndObject();
    return buffer.GetString();
}

}  // namespace phi::oci

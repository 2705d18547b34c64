// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// The OCI runtime configuration, 1.0 to 1.3, as typed data: checked for types and ranges, with
// every field that a partition can honour. What a partition ignores is not here; unknown keys are
// ignored, as the specification wants.
namespace phi::oci {

struct User {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::optional<std::uint32_t> umask;
    std::vector<std::uint32_t> additional_gids;
};

struct Rlimit {
    std::string type;  // "RLIMIT_NOFILE"
    std::uint64_t soft = 0;
    std::uint64_t hard = 0;
};

// Names as the specification has them: "CAP_NET_ADMIN".
struct Capabilities {
    std::vector<std::string> bounding, effective, inheritable, permitted, ambient;
};

struct Process {
    bool terminal = false;
    std::optional<std::uint16_t> console_height, console_width;
    User user;
    std::vector<std::string> args;
    std::vector<std::string> env;  // "NAME=value"
    std::string cwd = "/";
    std::optional<Capabilities> capabilities;
    std::vector<Rlimit> rlimits;
    bool no_new_privileges = false;
    std::optional<int> oom_score_adj;
};

struct Mount {
    std::string destination;  // absolute
    std::string type;         // "bind" whenever the options say bind or rbind
    std::string source;
    std::vector<std::string> options;
};

struct Hook {
    std::string path;
    std::vector<std::string> args;  // args[0] is argv[0]
    std::vector<std::string> env;
    std::optional<unsigned> timeout_s;  // at least 1
};

struct Hooks {
    std::vector<Hook> prestart, create_runtime, create_container, start_container, poststart,
        poststop;
};

struct Namespace {
    std::string type;  // "network", "pid", "mount", "ipc", "uts", "user", "cgroup", "time"
    std::string path;  // empty: a new one
};

// linux.resources, as far as a partition is shaped by it.
struct Resources {
    std::optional<std::int64_t> memory_limit;  // bytes; absent for -1 and 0 (no limit)
    std::optional<std::int64_t> cpu_quota;     // µs per period; absent for -1 and 0
    std::optional<std::uint64_t> cpu_period;   // µs; absent for 0
    std::string cpus;                          // "0,2-3"; empty: any
};

// vm.hwConfig.iomems of runtime-spec 1.3: guest frame, machine frame, number of frames, all 4 KiB.
struct IoMem {
    std::uint64_t first_gfn = 0;
    std::uint64_t first_mfn = 0;
    std::uint64_t count = 0;
};

struct HwConfig {
    std::string device_tree;  // a path in the container's root file system
    std::optional<std::uint32_t> vcpus;
    std::optional<std::uint64_t> memory;  // bytes
    std::vector<std::string> dtdevs;      // device tree node paths
    std::vector<IoMem> iomems;
    std::vector<std::uint32_t> irqs;
};

struct Vm {
    std::string hypervisor_path;  // host path; ours ignores it with a warning
    std::vector<std::string> hypervisor_parameters;
    std::string kernel_path;
    std::vector<std::string> kernel_parameters;
    std::string kernel_initrd;
    std::string image_path;
    std::string image_format;  // "raw", "qcow2", "vdi", "vmdk", "vhd"
    std::optional<HwConfig> hw_config;
};

struct Spec {
    std::string version;    // ociVersion
    std::string root_path;  // as written; relative to the bundle
    bool root_readonly = false;
    std::optional<Process> process;
    std::string hostname;
    std::string domainname;
    std::vector<Mount> mounts;
    Hooks hooks;
    std::map<std::string, std::string> annotations;
    std::vector<Namespace> namespaces;
    std::string cgroups_path;
    Resources resources;
    std::map<std::string, std::string> sysctl;
    std::vector<std::string> masked_paths, readonly_paths;
    std::vector<std::string> device_paths;  // linux.devices[].path
    std::optional<Vm> vm;

    // The value of NAME in process.env, the last one of several; nullptr if absent. Good as long as
    // the Spec.
    const std::string* environment(const std::string& name) const;
    const std::string* annotation(const std::string& name) const;

    mutable std::map<std::string, std::string> environment_values;  // what environment() gave out
};

// Parses config.json. Errors in Go's words where clients know them ("process property must not be
// empty"), else "config.json: linux.resources.memory.limit: expected an integer, found a string".
Spec parse_spec(const std::string& text);

// Only what tells whether a container is ours: root.path, annotations, process.env, the first of
// process.args, and whether there is a `vm` section (which stays empty). Nothing else is looked at,
// so that a configuration which we would refuse still reaches the vanilla runc, which may take it.
// nullopt if the text is no JSON object, or one of these is malformed or there twice.
std::optional<Spec> glance_spec(const std::string& text);

// Reads a file with one process, as `exec --process` is given it. Errors name the file.
Process load_process(const std::string& path);

// Reads BUNDLE/config.json. Throws runc's "JSON specification file config.json not found".
Spec load_spec(int bundle_fd);

}  // namespace phi::oci

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// Which hypervisor is this machine running? Reads the plugins' manifests (plugin.json) and weighs
// their hints; loads nothing.
namespace phi::detect {

// A hint: what must hold on this machine. All hints of a manifest must.
struct Hint {
    enum class Kind {
        exists,     // {"exists": "/sys/devices/jailhouse"}
        contains,   // {"file": "/proc/xen/capabilities", "contains": "control_d"}
        any_exists  // {"any_exists": ["/usr/bin/qemu-system-x86_64", ...]}
    } kind;
    std::vector<std::string> paths;
    std::string contains;
};

struct Manifest {
    std::string id;
    std::string name;     // for people
    std::string library;  // file name of the .so, beside the manifest
    unsigned abi_major = 0;
    unsigned abi_minor = 0;
    std::vector<std::string> arches;  // of the host: "x86_64", "aarch64"
    int priority = 0;                 // higher is asked first
    std::vector<Hint> hints;
    std::string dir;  // absolute, set by the reader
};

struct Candidate {
    Manifest manifest;
    bool fits = false;    // architecture, ABI and every hint
    std::string finding;  // what was looked at and found, one line
};

// One manifest, checked for trust and form. Throws Error naming file and key.
Manifest read_manifest(const std::string& backends_dir, const std::string& id);

// Every manifest below the folder, highest priority first, judged on this machine. A broken one is
// a candidate that does not fit, with the reason as its finding.
std::vector<Candidate> survey(const std::string& backends_dir);

}  // namespace phi::detect

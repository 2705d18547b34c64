// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace phi {

// The node's settings: /etc/runphi/runphi.json, or the file that RUNPHI_CONFIG names. Every key is
// optional; an unknown one is an error. The file must be trusted (fs/trust.hpp).
struct Settings {
    static constexpr const char* default_file = "/etc/runphi/runphi.json";

    // "select": which containers are ours: "marked", those with a mark of their own; "all", others,
    // too; "none".
    enum class Select { marked, all, none } select = Select::marked;
    // "runc": the vanilla runc, absolute; empty: the first of /usr/bin/runc_vanilla,
    // /usr/sbin/runc_vanilla, /usr/local/sbin/runc_vanilla, /usr/local/bin/runc_vanilla,
    // /usr/bin/runc, /usr/sbin/runc that exists and is not this program.
    std::string runc;
    // "backend": the backend id; empty: autodetect.
    std::string backend;
    std::string backends_dir = "/usr/lib/runphi/backends";  // "backends_dir"
    std::string state_dir = "/run/runPHI";                  // "state_dir"
    std::string board = "/etc/runphi/board.json";       // "board"; a missing file: ask the backend
    std::string guest_dir = "/usr/share/runPHI/guest";  // "guest_dir"
    std::string log_file = "/var/log/runphi.log";       // "log_file", for RUNPHI_DEBUG_LEVEL
    // "defaults": what a container gets that asks for nothing.
    std::uint64_t default_memory = 256ULL << 20;  // "memory", bytes or "256M"; 1M to 256T
    unsigned default_cpus = 1;                    // "cpus"; 1 to 8192
    // "stop_timeout_s": seconds between the request to shut down and the forced stop; 0 to 86400.
    unsigned stop_timeout_s = 30;
    // "annotations": annotations that grant hardware and are allowed, exact names:
    // "org.runphi.devices", "org.runphi.irqs", "org.runphi.iomems", "org.runphi.channels",
    // and what is a backend's own: "org.runphi.xen.cpupool".
    std::vector<std::string> granting_annotations;
    // "image_dirs": host folders in which an image path that is not in the rootfs is looked up.
    std::vector<std::string> image_dirs;
    // "backend_settings": {"qemu": {...}}: handed to the backend as JSON text.
    std::map<std::string, std::string> backend_settings;

    // Reads the file; a missing default file gives the defaults, a missing RUNPHI_CONFIG is an
    // error.
    static Settings load();
    static Settings parse(const std::string& text, const std::string& file);
    // `backend_settings` of one backend, "{}" if absent.
    std::string for_backend(const std::string& id) const;
};

}  // namespace phi

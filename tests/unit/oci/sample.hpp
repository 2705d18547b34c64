// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <stdexcept>
#include <string>

#include "core/base/json.hpp"

namespace phi::oci::test {

// A configuration in which every field that we read has a value.
inline constexpr const char* sample = R"({
  "ociVersion": "1.3.0",
  "process": {
    "terminal": true, "consoleSize": {"height": 24, "width": 80},
    "user": {"uid": 1000, "gid": 1001, "umask": 18, "additionalGids": [5, 6]},
    "args": ["/bin/app", "-v"], "env": ["PATH=/bin", "KERNEL=/boot/Image"], "cwd": "/work",
    "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_CHOWN"],
                     "inheritable": ["CAP_BPF"], "permitted": ["CAP_MKNOD"],
                     "ambient": ["CAP_SETUID"]},
    "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 4096}],
    "noNewPrivileges": true, "oomScoreAdj": -500
  },
  "root": {"path": "rootfs", "readonly": true},
  "hostname": "box", "domainname": "example.org",
  "mounts": [{"destination": "/data", "type": "none", "source": "/srv",
              "options": ["rbind", "ro"]}],
  "hooks": {
    "prestart": [{"path": "/a", "args": ["a", "1"], "env": ["X=1"], "timeout": 3}],
    "createRuntime": [{"path": "/b"}], "createContainer": [{"path": "/c"}],
    "startContainer": [{"path": "/d"}], "poststart": [{"path": "/e"}],
    "poststop": [{"path": "/f"}]
  },
  "annotations": {"org.runphi.guest": "linux"},
  "linux": {
    "namespaces": [{"type": "pid"}, {"type": "network", "path": "/proc/7/ns/net"}],
    "cgroupsPath": "/docker/x",
    "resources": {"memory": {"limit": 67108864},
                  "cpu": {"quota": 150000, "period": 100000, "cpus": "0,2-3"}},
    "sysctl": {"net.ipv4.ip_forward": "1"},
    "devices": [{"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229}],
    "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
    "rootfsPropagation": "rprivate"
  },
  "vm": {
    "hypervisor": {"path": "/usr/bin/vmm", "parameters": ["-x"]},
    "kernel": {"path": "/boot/Image", "parameters": ["quiet", "a=b c"], "initrd": "/boot/rd"},
    "image": {"path": "/disk.img", "format": "qcow2"},
    "hwConfig": {"deviceTree": "/boot/x.dtb", "vcpus": 2, "memory": 4294967296,
                 "dtdevs": ["soc/uart"],
                 "iomems": [{"firstMFN": 12288, "nrMFNs": 1},
                            {"firstGFN": 12544, "firstMFN": 33024, "nrMFNs": 2}],
                 "irqs": [11, 22]}
  }
})";

// The sample with one value replaced (or added, "-" being the end of an array); an empty value
// removes it. The place is a JSON pointer.
inline std::string changed(const char* place, const char* value) {
    json::Document document;
    document.Parse(sample);
    const rapidjson::GenericPointer<json::Value> pointer(place);
    if (*value == '\0') {
        pointer.Erase(document);
    } else {
        json::Document part(&document.GetAllocator());
        part.Parse(value);
        if (part.HasParseError()) throw std::invalid_argument(value);
        pointer.Set(document, part);
    }
    return json::write(document);
}

}  // namespace phi::oci::test

// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>
#include <string_view>

#include "kvm.hpp"

namespace runphi::qemu {

namespace {

void pad4(std::string& out) {
    out.append((4 - out.size() % 4) % 4, '\0');
}

struct Node {
    unsigned mode = 0;
    unsigned major = 0, minor = 0;  // of a device
};

// One entry of the "newc" format, see Documentation/driver-api/early-userspace/buffer-format.rst.
void add(std::string& out, std::string_view name, Node node, std::string_view content) {
    char header[111];
    std::snprintf(header, sizeof header,
                  "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 0U, node.mode, 0U,
                  0U, 1U, 0U, static_cast<unsigned>(content.size()), 0U, 0U, node.major, node.minor,
                  static_cast<unsigned>(name.size() + 1), 0U);
    out += header;
    out += name;
    out += '\0';
    pad4(out);
    out += content;
    pad4(out);
}

}  // namespace

std::string probe_initramfs(std::string_view init) {
    std::string out;
    add(out, "dev", {0040755}, {});
    add(out, "dev/console", {0020600, 5, 1}, {});
    add(out, ".runphi", {0040755}, {});
    add(out, ".runphi/init", {0100755}, init);
    add(out, "TRAILER!!!", {}, {});
    return out;
}

}  // namespace runphi::qemu

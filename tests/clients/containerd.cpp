// SPDX-License-Identifier: Apache-2.0
#include "containerd.hpp"

#include "core/base/text.hpp"
#include "support/sandbox.hpp"

namespace phi::test {

std::vector<std::string> prepare_containerd(const Place& place, const std::string& cri) {
    const std::string settings = place.dir + "/containerd.toml";
    // Of the snapshotters only native: overlay may lie on an overlay, and the others are disks.
    write_text(settings, text("version = 2\nroot = \"", place.dir, "/containerd\"\n",
                              "state = \"/run/containerd\"\n", "disabled_plugins = [",
                              cri.empty() ? "\"io.containerd.grpc.v1.cri\", " : "",
                              "\"io.containerd.snapshotter.v1.aufs\", ",
                              "\"io.containerd.snapshotter.v1.btrfs\", ",
                              "\"io.containerd.snapshotter.v1.devmapper\", ",
                              "\"io.containerd.snapshotter.v1.zfs\"]\n", "[grpc]\naddress = \"",
                              containerd_socket, "\"\n", cri));
    return {"/usr/bin/containerd", "--config", settings};
}

}  // namespace phi::test

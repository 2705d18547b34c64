// SPDX-License-Identifier: Apache-2.0
#include "cri.hpp"

#include <sys/mount.h>

#include <filesystem>
#include <stdexcept>

#include "containerd.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "images.hpp"
#include "pod.hpp"

namespace phi::test {

namespace {

std::string handler(const std::string& name, const std::string& binary) {
    const std::string table = "plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes." + name;
    return text("[", table, "]\nruntime_type = \"io.containerd.runc.v2\"\n",
                "pod_annotations = [\"org.runphi.*\"]\n",
                "container_annotations = [\"org.runphi.*\"]\n", "[", table,
                ".options]\nBinaryName = \"", binary, "\"\n");
}

// Root without CAP_SYS_RESOURCE may not lower a process's oom_score_adj.
std::string settings(const std::string& dir, const std::string& runtime) {
    const std::string table = "plugins.\"io.containerd.grpc.v1.cri\"";
    return text("[", table, "]\nsandbox_image = \"", pause_image, "\"\n",
                "restrict_oom_score_adj = true\n", "[", table,
                ".cni]\nbin_dir = \"/usr/lib/cni\"\nconf_dir = \"", dir, "/cni\"\n", "[", table,
                ".containerd]\nsnapshotter = \"native\"\ndefault_runtime_name = \"vanilla\"\n",
                handler("vanilla", stock_runc), handler("runphi", runtime));
}

// A cable for each pod, whose other end is in the namespace of this process.
void write_network(const std::string& dir) {
    std::filesystem::create_directories(dir + "/cni");
    write_text(dir + "/cni/pods.conflist",
               text(R"({"cniVersion": "0.4.0", "name": "pods", "plugins": [{"type": "ptp", )",
                    R"("mtu": 1400, "ipam": {"type": "host-local", "dataDir": ")", dir,
                    R"(/addresses", "ranges": [[{"subnet": "10.88.0.0/24"}]], )",
                    R"("routes": [{"dst": "0.0.0.0/0"}]}}]})"));
}

}  // namespace

Cri::Cri(const Place& place, const std::string& runtime, const std::vector<std::string>& images)
    : Client(place) {
    program_ = {build_dir() + "/tests/bin/cri_call", containerd_socket};
    environment_ = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
    // CNI keeps what it has done in /var/lib/cni, wherever its settings are.
    if (::mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755") != 0) throw os_error("mount /var/lib");
    write_network(place.dir);
    start_daemon("containerd", prepare_containerd(place, settings(place.dir, runtime)));
    await_answer({"ListPodSandbox", "{}"});
    auto all = images;
    all.push_back(make_pause_image(place.dir));
    for (const auto& image : all) {
        const Result done =
            run_program({"/usr/bin/ctr", "--address", containerd_socket, "--namespace", "k8s.io",
                         "images", "import", "--snapshotter", "native", image},
                        environment_);
        if (done.status != 0) throw std::runtime_error("import " + image + ": " + done.err);
    }
}

std::unique_ptr<Scene> Cri::scene(Kind kind) {
    return std::make_unique<PodScene>(*this, kind);
}

std::unique_ptr<Client> start_cri(const Place& place, const std::string& runtime,
                                  const std::vector<std::string>& images) {
    return std::make_unique<Cri>(place, runtime, images);
}

}  // namespace phi::test

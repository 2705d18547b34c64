// SPDX-License-Identifier: Apache-2.0
#include "containerd.hpp"
#include "core/base/text.hpp"
#include "engine.hpp"

namespace phi::test {

namespace {

class Docker : public Engine {
  public:
    Docker(const Place& place, const std::string& runtime, const std::vector<std::string>& images)
        : Engine(place) {
        program_ = {"/usr/bin/docker"};
        environment_ = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DOCKER_HOST=unix:///run/docker.sock",
                        "DOCKER_CONFIG=" + place.dir, "HOME=" + place.dir};
        start_daemon("containerd", prepare_containerd(place));
        write_text(place.dir + "/daemon.json", settings(runtime));
        start_daemon("dockerd", {"/usr/sbin/dockerd", "--config-file", place.dir + "/daemon.json"});
        await_answer({"version"});
        import_images(images);
    }

    ClientId id() const override { return docker; }

  private:
    // No bridge, no packet filter; vfs, because overlay may lie on an overlay.
    std::string settings(const std::string& runtime) const {
        return text("{\"data-root\": \"", place_.dir, "/docker\", \"exec-root\": \"/run/docker\", ",
                    "\"pidfile\": \"/run/docker.pid\", \"hosts\": [\"unix:///run/docker.sock\"], ",
                    "\"containerd\": \"", containerd_socket, "\", \"bridge\": \"none\", ",
                    "\"iptables\": false, \"ip6tables\": false, \"ip-forward\": false, ",
                    "\"ip-masq\": false, \"storage-driver\": \"vfs\", \"experimental\": true, ",
                    "\"exec-opts\": [\"native.cgroupdriver=cgroupfs\"], \"cgroup-parent\": \"",
                    place_.cgroup, "\", \"runtimes\": {", "\"vanilla\": {\"path\": \"", stock_runc,
                    "\"}, \"runphi\": {\"path\": \"", runtime,
                    "\"}}, \"default-runtime\": \"runphi\"}");
    }
};

}  // namespace

std::unique_ptr<Client> start_docker(const Place& place, const std::string& runtime,
                                     const std::vector<std::string>& images) {
    return std::make_unique<Docker>(place, runtime, images);
}

}  // namespace phi::test

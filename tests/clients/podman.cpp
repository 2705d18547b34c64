// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.hpp"
#include "engine.hpp"

namespace phi::test {

namespace {

class Podman : public Engine {
  public:
    Podman(const Place& place, const std::string& runtime, const std::vector<std::string>& images)
        : Engine(place) {
        program_ = {"/usr/bin/podman"};
        environment_ = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + place.dir,
                        "CONTAINERS_CONF=" + place.dir + "/containers.conf",
                        "CONTAINERS_STORAGE_CONF=" + place.dir + "/storage.conf",
                        "CONTAINERS_REGISTRIES_CONF=" + place.dir + "/registries.conf"};
        write_text(place.dir + "/containers.conf", settings(runtime));
        write_text(place.dir + "/storage.conf",
                   text("[storage]\ndriver = \"vfs\"\nrunroot = \"/run/podman\"\ngraphroot = \"",
                        place.dir, "/podman\"\n"));
        write_text(place.dir + "/registries.conf", "");
        import_images(images);
    }

    ClientId id() const override { return podman; }

  private:
    // The limits are those that root has without CAP_SYS_RESOURCE.
    static std::string settings(const std::string& runtime) {
        return text(
            "[containers]\n", "default_ulimits = [\"nofile=1024:4096\", \"nproc=2048:4096\"]\n",
            "log_driver = \"k8s-file\"\n", "init_path = \"/usr/bin/catatonit\"\n",
            "[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n",
            "runtime = \"runphi\"\nruntime_supports_json = [\"runphi\", \"vanilla\"]\n",
            "[engine.runtimes]\nrunphi = [\"", runtime, "\"]\nvanilla = [\"", stock_runc, "\"]\n");
    }
};

}  // namespace

std::unique_ptr<Client> start_podman(const Place& place, const std::string& runtime,
                                     const std::vector<std::string>& images) {
    return std::make_unique<Podman>(place, runtime, images);
}

}  // namespace phi::test

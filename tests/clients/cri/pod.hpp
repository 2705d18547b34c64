// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "cri.hpp"
#include "scene.hpp"

namespace phi::test {

// As a kubelet asks, unless processes are to be shared.
inline constexpr const char* own_pids = R"("pid": "CONTAINER")";

// What is asked of a pod.
struct PodAsk {
    std::map<std::string, std::string> annotations = {};
    std::string hostname = "vessel";
    std::uint64_t memory_limit = 0;  // bytes, of the whole pod: its cgroup's, as a kubelet sets it
    std::string namespaces = own_pids;  // members of NamespaceOption
};

// What is asked of a container.
struct ContainerAsk {
    Kind kind = vanilla;
    std::string pod = {};                   // empty: the one that all of this scene's use
    std::vector<std::string> command = {};  // of processes; of inmates nothing is asked
    std::string program = "exit";           // of inmates: /boot/NAME.elf of the image
    bool by_environment = false;            // a partition is asked for so, not by annotation
    std::map<std::string, std::string> annotations = {};
    std::map<std::string, std::string> env = {};
    std::vector<BindMount> binds = {};
    std::string namespaces = own_pids;
    std::string resources = {};  // members of LinuxContainerResources
    std::string security = {};   // members of LinuxContainerSecurityContext, each after a comma
    std::string more = {};       // members of ContainerConfig, each after a comma
};

struct ContainerState {
    std::string state;  // CONTAINER_RUNNING ...
    std::int64_t exit_code = 0;
    std::string reason;
    std::string message;
};

// The scene of Cri.
class PodScene : public Scene {
  public:
    PodScene(Cri& its_client, Kind its_kind) : Scene(its_kind), client(its_client) {}
    ~PodScene() override;

    Cri& client;

    // The answer to a request; throws when it is refused.
    json::Document answer(const std::string& method, const std::string& request) const;

    // A new pod; its sandbox's id.
    std::string run_pod(const PodAsk& ask = {});
    Result try_pod(const PodAsk& ask);
    // The one whose containers come and go.
    const std::string& pod();
    // A file of the pod's cgroup: memory.max_usage_in_bytes ...
    std::string memory_file(const std::string& pod, const std::string& file) const;
    std::string ip_of(const std::string& pod) const;
    void remove_pod(const std::string& pod);

    // A container of this scene's kind: a shell with this script, or the inmate.
    ContainerAsk ask(const std::string& script, const std::string& program = "exit") const;
    // Makes and starts it: its id is the output. The first error ends it.
    Result try_container(ContainerAsk ask);
    std::string create(ContainerAsk ask);
    void start(const std::string& container) const;
    // create, start.
    std::string run(const ContainerAsk& ask);
    ContainerState state_of(const std::string& container) const;
    // Waits for its end.
    ContainerState ended(const std::string& container) const;
    // What it has printed: lines of CRI's form, or nothing but the text.
    std::string log_of(const std::string& container) const;
    std::string output(const std::string& container) const;
    void await_output(const std::string& container, const std::string& wanted) const;
    Result try_exec(const std::string& container, const std::vector<std::string>& command,
                    unsigned timeout_s = 0) const;
    // Its status is that of the command.
    Result exec(const std::string& container, const std::vector<std::string>& command) const;
    void remove(const std::string& container);

    // A container in a pod of its own that runs as long as the scene: a shell in a loop that also
    // answers "served" at port 80, or an inmate that spins.
    const std::string& box();
    const std::string& pod_of_box() const { return *box_pod_; }
    // What a teller says, asked once for all cells that want to know.
    const std::string& once(std::string (*teller)(PodScene&));
    // Of lines "KEY=value" the value.
    std::string told(const std::string& key, std::string (*teller)(PodScene&));

    // But for the box and the two pods.
    void clear() override;

  private:
    Result try_create(ContainerAsk& ask);

    unsigned made_ = 0;
    std::map<std::string, std::string> configs_;  // of pods, by id
    std::map<std::string, std::string> names_;    // of pods, by id
    std::map<std::string, std::string> logs_;     // of containers, by id
    std::optional<std::string> pod_;
    std::optional<std::string> box_pod_;
    std::optional<std::string> box_;
    std::map<std::string (*)(PodScene&), std::string> told_;
};

// Connects to a server and returns all that it says; empty when nothing answers.
std::string said_by(const std::string& ip, unsigned port);

}  // namespace phi::test

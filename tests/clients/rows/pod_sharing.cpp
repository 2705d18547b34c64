// SPDX-License-Identifier: Apache-2.0
// Pods: their sandbox, their network, and what their containers share.
#include <filesystem>
#include <fstream>

#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "cri/pod.hpp"
#include "cri/request.hpp"
#include "rows.hpp"

namespace phi::test {

namespace {

namespace fs = std::filesystem;

std::string endless(const std::string& begin) {
    return begin + "\necho ready; while :; do sleep 0.2; done";
}

const char* const serve = "while :; do echo served | nc -l -p 80; done &";

// The sandbox's process, as the pod's cgroup has it.
pid_t sandbox_process(PodScene& scene, const std::string& pod) {
    const std::string top = "/sys/fs/cgroup/memory" + scene.client.place().cgroup;
    std::error_code error;
    for (const auto& group : fs::recursive_directory_iterator(top, error)) {
        if (group.path().filename() != pod) continue;
        const std::string pids = read_text(group.path() / "cgroup.procs");
        return static_cast<pid_t>(parse_u64(pids.substr(0, pids.find('\n'))).value_or(0));
    }
    return 0;
}

// An ordinary process with namespaces of its own, even when the pod asks for a partition.
void sandbox(PodScene& scene) {
    PodAsk ask;
    if (scene.is(partitions)) ask.annotations = {{"org.runphi.guest", "linux"}};
    const std::string pod = scene.run_pod(ask);
    const pid_t pid = sandbox_process(scene, pod);
    // When the pod is there, runc has only told the process to become the program.
    const bool sleeps = pid > 1 && eventually([pid] {
                            return contains(read_text(text("/proc/", pid, "/cmdline")), "sleep");
                        });
    expect(sleeps, "the sandbox's own process", text(pid));
    for (const char* name : {"net", "ipc", "uts"}) {
        const auto of = [name](const std::string& process) {
            return fs::read_symlink(text("/proc/", process, "/ns/", name)).string();
        };
        expect(of(text(pid)) != of("self"), text("its own ", name, " namespace"), of(text(pid)));
    }
}

void stop_and_remove(PodScene& scene) {
    const std::string pod = scene.run_pod();
    ContainerAsk ask = scene.ask(endless("trap 'exit 5' TERM"), "spin");
    ask.pod = pod;
    const std::string container = scene.run(ask);
    scene.await_output(container, scene.is(inmate) ? "hello" : "ready");
    const pid_t pid = sandbox_process(scene, pod);
    scene.answer("StopPodSandbox", request::of_pod(pod));
    const std::string state = scene.state_of(container).state;
    expect(state == "CONTAINER_EXITED", "that its container has ended", state);
    expect(!start_time_of(pid), "that its sandbox has ended", text(pid));
    scene.answer("RemovePodSandbox", request::of_pod(pod));
    const Result gone = scene.client.ask("PodSandboxStatus", request::of_pod(pod));
    expect(gone.status != 0 && contains(gone.err, "not found"), "no pod", gone);
    const Result none = scene.client.ask("ContainerStatus", request::of_container(container));
    expect(none.status != 0 && contains(none.err, "not found"), "no container", none);
}

void reached(PodScene& scene) {
    scene.box();
    const std::string ip = scene.ip_of(scene.pod_of_box());
    std::string said;
    const bool came = eventually([&] { return !(said = said_by(ip, 80)).empty(); });
    expect(came && said == "served\n", "an answer from " + ip, said);
}

void reaches(PodScene& scene) {
    const Result asked =
        scene.exec(scene.box(),
                   {"sh", "-c", "ip -o -4 addr show eth0; ip route; cat /sys/class/net/eth0/mtu"});
    const std::string ip = scene.ip_of(scene.pod_of_box());
    expect(contains(asked.out, ip) && contains(asked.out, "default via 10.88.0.1") &&
               contains(asked.out, "1400"),
           "address " + ip + ", route and MTU", asked);
}

void second_time(PodScene& scene) {
    const std::string pod = scene.run_pod();
    const std::string ip = scene.ip_of(pod);
    for (int time = 1; time <= 2; ++time) {
        ContainerAsk ask = scene.ask(endless(text("trap 'exit 5' TERM; ", serve)), "spin");
        ask.pod = pod;
        const std::string container = scene.run(ask);
        scene.await_output(container, scene.is(inmate) ? "hello" : "ready");
        if (!scene.is(inmate)) {
            std::string said;
            const bool came = eventually([&] { return !(said = said_by(ip, 80)).empty(); });
            expect(came && said == "served\n", text("an answer, time ", time), said);
        }
        scene.answer("StopContainer", request::of_container(container, R"("timeout": 100)"));
        const std::string state = scene.state_of(container).state;
        expect(state == "CONTAINER_EXITED", text("its end, time ", time), state);
    }
}

// A process beside a container of this kind, that a volume joins.
void beside_a_process(PodScene& scene) {
    const std::string dir = text(scene.client.place().dir, "/shared-", name_of(scene.kind));
    fs::create_directories(dir);
    const std::string pod = scene.run_pod();
    ContainerAsk other = scene.ask("");
    other.kind = scene.is(vanilla) ? vanilla : forwarded;
    other.command = {"sh", "-c",
                     endless("until grep 'the word' /both/word 2>&-; do sleep 0.1; done")};
    other.pod = pod;
    other.binds = {{dir, "/both", false}};
    const std::string process = scene.run(other);
    ContainerAsk ask = scene.ask("echo the word > /both/word");
    ask.pod = pod;
    ask.binds = other.binds;
    const ContainerState end = scene.ended(scene.run(ask));
    expect(end.exit_code == 0, "exit code 0", text(end.exit_code));
    scene.await_output(process, "the word");
}

// What comes to the pod's address goes to the partition while there is one, and to the ordinary
// container before and after.
void the_cable_is_the_partitions(PodScene& scene) {
    const std::string pod = scene.run_pod();
    const std::string ip = scene.ip_of(pod);
    ContainerAsk other = scene.ask("");
    other.kind = forwarded;
    other.command = {"sh", "-c", "while :; do echo process | nc -l -p 80; done"};
    other.pod = pod;
    scene.run(other);
    const auto answers = [&ip](const std::string& wanted) {
        return eventually([&] { return said_by(ip, 80) == wanted; });
    };
    expect(answers("process\n"), "the process's answer", said_by(ip, 80));
    ContainerAsk ask = scene.ask(endless("while :; do echo guest | nc -l -p 80; done &"));
    ask.pod = pod;
    const std::string container = scene.run(ask);
    expect(answers("guest\n"), "the guest's answer", said_by(ip, 80));
    scene.answer("StopContainer", request::of_container(container, R"("timeout": 0)"));
    expect(answers("process\n"), "the process's answer again", said_by(ip, 80));
}

void second_partition(PodScene& scene) {
    scene.box();
    ContainerAsk ask = scene.ask("echo out", "exit");
    ask.pod = scene.pod_of_box();
    const Result refused = scene.try_container(ask);
    expect(refused.status != 0 && contains(refused.err, scene.box()),
           "a refusal that names the first", refused);
    ask.annotations = {{"org.runphi.net", "none"}};
    const std::string container = scene.run(ask);
    const ContainerState end = scene.ended(container);
    expect(end.exit_code == (scene.is(inmate) ? 7 : 0), "one without a network",
           text(end.exit_code));
}

// hostPID and shareProcessNamespace: a guest's processes are its own, whatever the pod shares.
void shared_processes(PodScene& scene) {
    const std::string shared = R"("pid": "POD")";
    const std::string pod = scene.run_pod({.namespaces = shared});
    ContainerAsk ask = scene.ask("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    ask.pod = pod;
    ask.namespaces = shared;
    const std::string container = scene.run(ask);
    const ContainerState end = scene.ended(container);
    expect(scene.is(inmate) ? end.exit_code == 7 : end.exit_code == 0, "its end",
           text(end.exit_code));
    if (!scene.is(inmate)) {
        expect(contains(scene.output(container), "sleep 1000000"), "the pod's processes",
               scene.output(container));
    }
}

void host_network(PodScene& scene) {
    const std::string node = text(own_pids, R"(, "network": "NODE")");
    const std::string pod = scene.run_pod({.hostname = "", .namespaces = node});
    ContainerAsk ask = scene.ask("ip -o link");
    ask.pod = pod;
    ask.namespaces = node;
    const Result ran = scene.try_container(ask);
    expect(ran.status == 0, "a container on the host's network", ran);
    scene.ended(ran.out);
}

}  // namespace

std::vector<Row> pod_sharing_rows() {
    return {
        {"RunPodSandbox: a process and its namespaces", cri, every_kind, sandbox},
        {"StopPodSandbox, RemovePodSandbox with a container that runs", cri, every_kind,
         stop_and_remove},
        {"the pod's address, from outside", cri, processes, reached},
        {"the pod's address, route and MTU, inside", cri, processes, reaches},
        {"a container again in the same pod", cri, every_kind, second_time},
        {"a process beside it; a volume of both", cri, processes, beside_a_process},
        {"a process beside it: who has the address", cri, guest, the_cable_is_the_partitions},
        {"a second partition in a pod", cri, partitions, second_partition},
        {"shareProcessNamespace", cri, every_kind, shared_processes},
        {"hostNetwork", cri, every_kind, host_network},
    };
}

}  // namespace phi::test

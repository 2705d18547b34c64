// SPDX-License-Identifier: Apache-2.0
// What the members of a container's and a pod's specification reach.
#include <sys/utsname.h>

#include <filesystem>

#include "core/base/text.hpp"
#include "cri/pod.hpp"
#include "rows.hpp"

namespace phi::test {

namespace {

// What of its user's wishes reached it.
std::string teller(PodScene& scene) {
    ContainerAsk ask = scene.ask(
        "echo user=$(id -u):$(id -g); echo dir=$(pwd); echo colour=$COLOUR; "
        "echo host=$(hostname); echo kernel=$(uname -r); "
        "echo dns=$(grep -c 192.0.2.53 /etc/resolv.conf); "
        "echo root=$(touch /work/x 2>&1); "
        "echo memory=$(grep MemTotal /proc/meminfo)");
    ask.env = {{"COLOUR", "deep blue"}};
    ask.security = R"(, "run_as_user": {"value": 1000}, "run_as_group": {"value": 1001}, )"
                   R"("readonly_rootfs": true)";
    ask.more = R"(, "working_dir": "/work")";
    ask.resources = R"("memory_limit_in_bytes": 100663296)";
    const std::string container = scene.run(ask);
    scene.ended(container);
    return scene.output(container);
}

void expect_told(PodScene& scene, const char* key, const std::string& wanted) {
    const std::string told = scene.told(key, teller);
    expect(contains(told, wanted), text(key, " \"", wanted, "\""), told);
}

void environment(PodScene& scene) {
    expect_told(scene, "colour", "deep blue");
}
void workdir(PodScene& scene) {
    expect_told(scene, "dir", "/work");
}
void user(PodScene& scene) {
    expect_told(scene, "user", "1000:1001");
}
void hostname(PodScene& scene) {
    expect_told(scene, "host", "vessel");
}
void resolver(PodScene& scene) {
    expect_told(scene, "dns", "1");
}
void read_only(PodScene& scene) {
    expect_told(scene, "root", "Read-only file system");
}
void memory(PodScene& scene) {
    const std::string told = scene.told("memory", teller);
    const auto words = split(told, ' ');
    const auto kib = words.size() > 1 ? parse_u64(words[1]) : std::nullopt;
    expect(kib && *kib < 96 * 1024, "at most 96 MiB", told);
}

// The hypervisor's own memory comes on top of the guest's: docs/clients.md has this as the overhead
// of a RuntimeClass.
void pod_limit(PodScene& scene) {
    constexpr std::uint64_t mib = 1U << 20;
    constexpr std::uint64_t limit = 160 * mib;
    constexpr std::uint64_t overhead = 96 * mib;
    ContainerAsk ask = scene.ask("dd if=/dev/zero of=/dev/null bs=80M count=1");
    ask.pod = scene.run_pod({.memory_limit = limit + overhead});
    ask.resources = text(R"("memory_limit_in_bytes": )", limit);
    const ContainerState end = scene.ended(scene.run(ask));
    const std::string used = scene.memory_file(ask.pod, "memory.max_usage_in_bytes");
    expect(end.exit_code == 0, "exit code 0", text(end.exit_code, ", the pod used ", used));
}

void expect_own_kernel(PodScene& scene, const std::string& container) {
    scene.ended(container);
    utsname host{};
    ::uname(&host);
    const std::string printed = scene.output(container);
    const bool own = scene.is(inmate)
                         ? contains(printed, "bare-metal inmate")
                         : contains(printed, "kernel") && !contains(printed, host.release);
    expect(own, "a partition", printed);
}

void by_environment(PodScene& scene) {
    ContainerAsk ask = scene.ask("echo kernel $(uname -r)");
    ask.by_environment = true;
    expect_own_kernel(scene, scene.run(ask));
}

// The pod's annotation reaches its sandbox, too, which stays a process.
void by_pod(PodScene& scene) {
    ContainerAsk ask = scene.ask("echo kernel $(uname -r)");
    ask.kind = forwarded;
    ask.pod = scene.run_pod({.annotations = {{"org.runphi.guest", "linux"}}});
    expect_own_kernel(scene, scene.run(ask));
}

std::string folder(PodScene& scene, const std::string& name) {
    const std::string path = text(scene.client.place().dir, "/", name, "-", name_of(scene.kind));
    std::filesystem::create_directories(path);
    return path;
}

void bind_read_only(PodScene& scene) {
    const std::string dir = folder(scene, "ro");
    write_text(dir + "/file", "from the host\n");
    ContainerAsk ask = scene.ask("cat /in/file; touch /in/x 2>&1");
    ask.binds = {{dir, "/in", true}};
    const std::string container = scene.run(ask);
    scene.ended(container);
    const std::string printed = scene.output(container);
    expect(contains(printed, "from the host\n") && contains(printed, "Read-only file system"),
           "the host's file, that cannot be written", printed);
}

void bind_writable(PodScene& scene) {
    const std::string dir = folder(scene, "rw");
    write_text(dir + "/file", "from the host\n");
    ContainerAsk ask = scene.ask("cat /both/file; echo from the container > /both/back");
    ask.binds = {{dir, "/both", false}};
    const std::string container = scene.run(ask);
    scene.ended(container);
    const std::string printed = scene.output(container);
    expect(contains(printed, "from the host\n"), "the host's file", printed);
    const std::string back = read_text(dir + "/back");
    expect(back == "from the container\n", "the container's file on the host", back);
}

// What a kubelet mounts into every container: the pod's hosts, a file for the container's last
// words, the service account.
void kubelets_mounts(PodScene& scene) {
    const std::string dir = folder(scene, "kubelet");
    write_text(dir + "/etc-hosts", "10.88.0.9 vessel\n");
    write_text(dir + "/words", "");
    std::filesystem::create_directories(dir + "/account");
    write_text(dir + "/account/token", "a token\n");
    ContainerAsk ask = scene.ask(
        "cat /etc/hosts /var/run/secrets/kubernetes.io/serviceaccount/token; "
        "echo farewell > /dev/termination-log");
    ask.binds = {{dir + "/etc-hosts", "/etc/hosts", false},
                 {dir + "/words", "/dev/termination-log", false},
                 {dir + "/account", "/var/run/secrets/kubernetes.io/serviceaccount", true}};
    const std::string container = scene.run(ask);
    scene.ended(container);
    const std::string printed = scene.output(container);
    expect(scene.is(inmate) ? contains(printed, "hello")
                            : contains(printed, "10.88.0.9 vessel\na token\n"),
           "its hosts and token", printed);
    const std::string words = read_text(dir + "/words");
    expect(scene.is(inmate) || words == "farewell\n", "its last words", words);
}

void missing_command(PodScene& scene) {
    ContainerAsk ask = scene.ask("");
    ask.command = {"/no/such"};
    const Result ran = scene.try_container(ask);
    expect(ran.status != 0 && contains(ran.err, "stat /no/such: no such file or directory"),
           "an error that names it", ran);
}

void no_such_program(PodScene& scene) {
    const Result ran = scene.try_container(scene.ask("", "no-such"));
    expect(ran.status != 0 && contains(ran.err, "/boot/no-such.elf"), "an error that names it",
           ran);
}

}  // namespace

std::vector<Row> pod_asking_rows() {
    return {
        {"env", cri, processes, environment},
        {"workingDir", cri, processes, workdir},
        {"securityContext: runAsUser, runAsGroup", cri, processes, user},
        {"securityContext: readOnlyRootFilesystem", cri, processes, read_only},
        {"hostname of the pod", cri, processes, hostname},
        {"dnsConfig: /etc/resolv.conf", cri, processes, resolver},
        {"limits: the guest's own memory", cri, guest, memory},
        {"limits: of the whole pod", cri, guest, pod_limit},
        {"a partition by the container's environment", cri, partitions, by_environment},
        {"a partition by the pod's annotation", cri, guest, by_pod},
        {"hostPath, read-only", cri, processes, bind_read_only},
        {"hostPath, writable", cri, processes, bind_writable},
        {"a kubelet's own mounts", cri, every_kind, kubelets_mounts},
        {"a command that is missing", cri, processes, missing_command},
        {"a program that the image has not", cri, inmate, no_such_program},
    };
}

}  // namespace phi::test

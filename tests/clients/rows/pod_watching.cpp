// SPDX-License-Identifier: Apache-2.0
// What a kubelet does to a container that runs: all on the scene's box.
#include <filesystem>

#include "core/base/text.hpp"
#include "cri/pod.hpp"
#include "cri/request.hpp"
#include "rows.hpp"

namespace phi::test {

namespace {

void exec(PodScene& scene) {
    if (scene.is(inmate)) {
        const Result refused = scene.try_exec(scene.box(), {"true"});
        expect(refused.status == 0, "that ExecSync works", refused);
        return;
    }
    const Result ran =
        scene.exec(scene.box(), {"sh", "-c", "cat /work/made; echo err >&2; exit 3"});
    expect(ran.status == 3 && ran.out == "here\n" && ran.err == "err\n",
           "output, errors and exit code", ran);
}

void exec_of_missing(PodScene& scene) {
    const Result ran = scene.try_exec(scene.box(), {"/no/such"});
    expect(ran.status != 0 && contains(ran.err, "/no/such") &&
               contains(ran.err, "no such file or directory"),
           "an error that names it", ran);
}

// The command itself ends, too: it is the last one to run `sleep 4321`.
void exec_timed_out(PodScene& scene) {
    const Result ran = scene.try_exec(scene.box(), {"sleep", "4321"}, 1);
    expect(ran.status != 0 && contains(ran.err, "code 4: "), "an error that tells of the time",
           ran);
    const auto processes = [&] {
        return scene
            .exec(scene.box(),
                  {"sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep 432'1'"})
            .out;
    };
    expect(eventually([&] { return processes().empty(); }), "that the command ends", processes());
    const std::string state = scene.state_of(scene.box()).state;
    expect(state == "CONTAINER_RUNNING", "that the container runs on", state);
}

std::uint64_t figure(const json::Node& stats, const char* group, const char* name) {
    const auto value = stats.at(group).at(name).at("value").as_string();
    return parse_u64(value).value_or(0);
}

void expect_figures(PodScene& scene, const json::Node& stats) {
    const auto memory = figure(stats, "memory", "working_set_bytes");
    const auto cpu = figure(stats, "cpu", "usage_core_nano_seconds");
    // A guest's is its machine's.
    expect(memory > (scene.is(guest) ? 16U << 20 : 4096U) && cpu > 0,
           "memory and time that it used", text(memory, " bytes, ", cpu, " ns"));
}

void stats(PodScene& scene) {
    const auto told = scene.answer("ContainerStats", request::of_container(scene.box()));
    expect_figures(scene, json::Node(told, "").at("stats"));
}

void list_of_stats(PodScene& scene) {
    const std::string box = scene.box();
    const auto told = scene.answer("ListContainerStats", "{}");
    bool found = false;
    json::Node(told, "").at("stats").each([&](const json::Node& stats) {
        if (stats.at("attributes").at("id").as_string() != box) return;
        found = true;
        expect_figures(scene, stats);
    });
    expect(found, "the container in the list", json::write(told));
}

void listed(PodScene& scene) {
    const std::string box = scene.box();
    const auto told = scene.answer("ListContainers", "{}");
    std::string state;
    json::Node(told, "").at("containers").each([&](const json::Node& one) {
        if (one.at("id").as_string() == box) state = one.at("state").as_string();
    });
    expect(state == "CONTAINER_RUNNING", "the container in the list", json::write(told));
}

void update(PodScene& scene, const std::string& resources) {
    scene.answer("UpdateContainerResources",
                 request::of_container(scene.box(), text(R"("linux": {)", resources, "}")));
}

bool some_cgroup_has(PodScene& scene, const std::string& file, const std::string& value) {
    std::error_code error;
    for (const auto& hierarchy : std::filesystem::directory_iterator("/sys/fs/cgroup", error)) {
        const std::string top = hierarchy.path().string() + scene.client.place().cgroup;
        for (const auto& group : std::filesystem::recursive_directory_iterator(top, error)) {
            if (read_text(group.path().string() + "/" + file) == value + "\n") return true;
        }
    }
    return false;
}

void updated_cpu(PodScene& scene) {
    update(scene, R"("cpu_period": 100000, "cpu_quota": 60000)");
    expect(some_cgroup_has(scene, "cpu.cfs_quota_us", "60000"), "a cgroup with the quota", "none");
}

void updated_cpuset(PodScene& scene) {
    update(scene, R"("cpuset_cpus": "0")");
}

void updated_memory(PodScene& scene) {
    update(scene, R"("memory_limit_in_bytes": 167772160)");
    expect(some_cgroup_has(scene, "memory.limit_in_bytes", "167772160"), "a cgroup with the limit",
           "none");
}

}  // namespace

std::vector<Row> pod_watching_rows() {
    return {
        {"ListContainers", cri, every_kind, listed},
        {"ExecSync: output, errors and exit code", cri, every_kind, exec},
        {"ExecSync of a missing command", cri, processes, exec_of_missing},
        {"ExecSync: a timeout", cri, processes, exec_timed_out},
        {"ContainerStats", cri, every_kind, stats},
        {"ListContainerStats", cri, every_kind, list_of_stats},
        {"UpdateContainerResources: CPU time", cri, every_kind, updated_cpu},
        {"UpdateContainerResources: CPUs", cri, every_kind, updated_cpuset},
        {"UpdateContainerResources: memory", cri, every_kind, updated_memory},
    };
}

}  // namespace phi::test

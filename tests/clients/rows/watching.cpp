// SPDX-License-Identifier: Apache-2.0
// Operations on one that runs: all on the stage's box.
#include <filesystem>

#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "rows.hpp"
#include "stage.hpp"

namespace phi::test {

namespace {

namespace fs = std::filesystem;

Result inspect(Stage& stage, const std::string& format) {
    return stage.client.call({"inspect", "--type", "container", "--format", format, stage.box()});
}

void inspected(Stage& stage) {
    if (stage.under(ctr)) {
        const Result shown = stage.operation("inspect", stage.box());
        expect(shown.status == 0 && contains(shown.out, "\"shape\": \"round\""), "its label",
               shown);
        return;
    }
    const Result shown =
        inspect(stage, "{{.State.Pid}} {{.State.Running}} {{.Config.Labels.shape}}");
    const auto words = split(shown.out, ' ');
    const auto pid = parse_u64(words[0]);
    expect(pid && start_time_of(static_cast<pid_t>(*pid)), "the pid of a process", shown);
    expect(contains(shown.out, "true round"), "that it runs, and its label", shown);
}

void paused(Stage& stage) {
    const std::string& box = stage.box();
    const Result done = stage.operation("pause", box);
    expect(done.status == 0, "that pause works", done);
    stage.await_status(box, "paused");
    const Result undone = stage.operation("unpause", box);
    expect(undone.status == 0, "that unpause works", undone);
    stage.await_status(box, "running");
}

void top(Stage& stage) {
    const Result shown = stage.operation("top", stage.box());
    expect(shown.status == 0 && contains(shown.out, "PID"), "a table of processes", shown);
    expect(split(shown.out, '\n').size() > 2, "a process", shown);
}

void stats(Stage& stage) {
    const Result shown = stage.operation("stats", stage.box());
    expect(shown.status == 0, "figures", shown);
    if (stage.under(ctr)) {
        const auto at = shown.out.find("memory.usage_in_bytes");
        expect(at != std::string::npos, "the memory's use", shown);
        const auto digit = shown.out.find_first_of("0123456789", at + 21);
        expect(shown.out[digit] != '0', "memory that is used", shown);
        return;
    }
    expect(contains(shown.out, "iB / ") || contains(shown.out, "B / "), "the memory's use", shown);
    expect(!contains(shown.out, " 0B / 0B   0.00%   --"), "memory that is used", shown);
    if (stage.is(partitions)) {
        expect(contains(shown.out, "MiB / ") || contains(shown.out, "MB / "), "the guest's memory",
               shown);
    }
}

bool has_memory_limit(Stage& stage, std::uint64_t bytes) {
    std::error_code error;
    const std::string top = "/sys/fs/cgroup/memory" + stage.client.place().cgroup;
    for (const auto& group : fs::recursive_directory_iterator(top, error)) {
        if (read_text(group.path().string() + "/memory.limit_in_bytes") == text(bytes, "\n")) {
            return true;
        }
    }
    return false;
}

void memory_limited(Stage& stage) {
    stage.box();
    expect(has_memory_limit(stage, 128U << 20), "a cgroup with the limit", "none");
}

void updated_memory(Stage& stage) {
    const Result done =
        stage.client.call({"update", "--memory", "160m", "--memory-swap", "320m", stage.box()});
    expect(done.status == 0, "that update works", done);
    expect(has_memory_limit(stage, 160U << 20), "a cgroup with the new limit", "none");
}

void updated_cpus(Stage& stage) {
    const Result done = stage.client.call({"update", "--cpus", "0.5", stage.box()});
    expect(done.status == 0, "that update works", done);
}

void updated_cpuset(Stage& stage) {
    const Result done = stage.client.call({"update", "--cpuset-cpus", "0", stage.box()});
    expect(done.status == 0, "that update works", done);
}

void healthy(Stage& stage) {
    const std::string& box = stage.box();
    if (stage.under(podman)) {
        const Result asked = stage.client.call({"healthcheck", "run", box});
        expect(asked.status == 0, "that it is healthy", asked);
        return;
    }
    const auto health = [&] { return inspect(stage, "{{.State.Health.Status}}").out; };
    // Unhealthy comes after three tries.
    expect(eventually([&] { return health() != "starting\n"; }), "a verdict", health());
    expect(health() == "healthy\n", "that it is healthy", inspect(stage, "{{json .State.Health}}"));
}

// None of the machines has CRIU: an ordinary container is refused for that.
void checkpoint(Stage& stage) {
    const Result refused = stage.operation("checkpoint", stage.box());
    const std::string said = refused.out + refused.err;
    expect(refused.status != 0, "a refusal", refused);
    expect(contains(said, "criu") || contains(said, "CRIU") || contains(said, "checkpoint"),
           "a refusal that tells why", refused);
    stage.await_status(stage.box(), "running");
}

}  // namespace

std::vector<Row> watching_rows() {
    return {
        {"inspect; --label", every_client, every_kind, inspected},
        {"pause, unpause", every_client, every_kind, paused},
        {"top", every_client, every_kind, top},
        {"stats", every_client, every_kind, stats},
        {"--memory: the container's cgroup", every_client, ordinary, memory_limited},
        {"update --memory", engines, every_kind, updated_memory},
        {"update --cpus", engines, every_kind, updated_cpus},
        {"update --cpuset-cpus", engines, every_kind, updated_cpuset},
        {"health check", engines, processes, healthy},
        {"checkpoint: refused clearly", every_client, every_kind, checkpoint},
    };
}

}  // namespace phi::test

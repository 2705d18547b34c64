// SPDX-License-Identifier: Apache-2.0
// A container of a pod, from its creation to its end.
#include "core/base/text.hpp"
#include "cri/pod.hpp"
#include "cri/request.hpp"
#include "rows.hpp"

namespace phi::test {

namespace {

constexpr int inmate_status = 7;  // of exit.elf

void expect_end(PodScene& scene, const std::string& container, std::int64_t code,
                const std::string& reason) {
    const ContainerState end = scene.ended(container);
    expect(end.exit_code == code && end.reason == reason, text("exit code ", code, ", ", reason),
           text(end.exit_code, ", ", end.reason, " ", end.message));
}

void whole_life(PodScene& scene) {
    const std::string container = scene.create(scene.ask("echo out; exit 3"));
    const std::string made = scene.state_of(container).state;
    expect(made == "CONTAINER_CREATED", "a container that waits", made);
    scene.start(container);
    expect_end(scene, container, scene.is(inmate) ? inmate_status : 3, "Error");
    const std::string printed = scene.output(container);
    expect(contains(printed, scene.is(inmate) ? "hello from a bare-metal inmate" : "out\n"),
           "its output", printed);
}

void success(PodScene& scene) {
    expect_end(scene, scene.run(scene.ask("true")), 0, "Completed");
}

std::string both_streams(PodScene& scene) {
    const std::string container = scene.run(scene.ask("echo out; echo err >&2"));
    scene.ended(container);
    return scene.log_of(container);
}

void log(PodScene& scene) {
    const std::string log = scene.once(both_streams);
    // A line of the log: the time, by RFC 3339, the stream, F for a whole line, the line.
    const std::string wanted = scene.is(inmate) ? " stdout F hello" : " stdout F out";
    const auto at = log.find(wanted);
    const auto begins = at == std::string::npos ? 0 : log.rfind('\n', at) + 1;
    expect(at != std::string::npos && log.substr(begins, 2) == "20" && log[at - 1] != ' ',
           "a line with its time", log);
}

void standard_error(PodScene& scene) {
    const std::string log = scene.once(both_streams);
    expect(contains(log, " stdout F out\n") && contains(log, " stderr F err\n"),
           "output and errors apart", log);
}

void terminal(PodScene& scene) {
    ContainerAsk ask = scene.ask("tty; exit 4");
    ask.more = R"(, "tty": true)";
    const std::string container = scene.run(ask);
    const ContainerState end = scene.ended(container);
    expect(end.exit_code == (scene.is(inmate) ? inmate_status : 4), "its exit code",
           text(end.exit_code));
    const std::string printed = scene.output(container);
    expect(contains(printed, scene.is(inmate) ? "hello" : "/dev/"), "a terminal", printed);
}

std::string running(PodScene& scene, const std::string& script, const std::string& program) {
    const std::string container =
        scene.run(scene.ask(script + "\necho ready; while :; do sleep 0.1; done", program));
    scene.await_output(container, scene.is(inmate) ? "hello" : "ready");
    return container;
}

void stop(PodScene& scene, const std::string& container, unsigned grace_s) {
    scene.answer("StopContainer",
                 request::of_container(container, text(R"("timeout": )", grace_s)));
}

void stop_asks(PodScene& scene) {
    const std::string container = running(scene, "trap 'exit 5' TERM", "spin");
    stop(scene, container, 100);
    const ContainerState end = scene.ended(container);
    expect(end.exit_code == (scene.is(inmate) ? 143 : 5), "that it was asked", text(end.exit_code));
}

void stop_kills(PodScene& scene) {
    const std::string container = running(scene, "trap '' TERM", "spin");
    stop(scene, container, 1);
    expect_end(scene, container, 137, "Error");
}

void removed_while_running(PodScene& scene) {
    const std::string container = running(scene, "trap '' TERM", "spin");
    scene.answer("RemoveContainer", request::of_container(container));
    const Result gone = scene.client.ask("ContainerStatus", request::of_container(container));
    expect(gone.status != 0 && contains(gone.err, "not found"), "no container", gone);
}

void crash(PodScene& scene) {
    ContainerAsk ask = scene.ask("poweroff -f", "crash");
    ask.security = R"(, "capabilities": {"add_capabilities": ["SYS_BOOT"]})";
    expect_end(scene, scene.run(ask), 134, "Error");
}

void out_of_memory(PodScene& scene) {
    ContainerAsk ask = scene.ask("dd if=/dev/zero of=/dev/null bs=48M count=1");
    ask.resources = text(R"("memory_limit_in_bytes": )", scene.is(guest) ? 96U << 20 : 32U << 20);
    expect_end(scene, scene.run(ask), 137, "OOMKilled");
}

}  // namespace

std::vector<Row> pod_life_rows() {
    return {
        {"create, start: output and exit code", cri, every_kind, whole_life},
        {"an exit code of 0: Completed", cri, processes, success},
        {"the log's form", cri, every_kind, log},
        {"the log: standard error apart", cri, processes, standard_error},
        {"tty: true", cri, every_kind, terminal},
        {"StopContainer: it is asked", cri, every_kind, stop_asks},
        {"StopContainer: killed after the grace", cri, every_kind, stop_kills},
        {"RemoveContainer of a running one", cri, every_kind, removed_while_running},
        {"a guest's crash: 134", cri, partitions, crash},
        {"memory used up: OOMKilled", cri, processes, out_of_memory},
    };
}

}  // namespace phi::test

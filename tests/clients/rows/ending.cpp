// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.hpp"
#include "rows.hpp"
#include "stage.hpp"

namespace phi::test {

namespace {

// A container that runs and has said so.
std::string running(Stage& stage, const std::string& script, const std::string& program) {
    Ask ask = stage.ask(script + "; echo ready; while :; do sleep 0.1; done", program);
    ask.keep = true;
    ask.interactive = program == "echo" && stage.under(engines);
    stage.launch(ask);
    stage.await_output(ask.name, stage.is(inmate) ? "hello" : "ready");
    return ask.name;
}

void expect_code(Stage& stage, const std::string& name, int wanted) {
    const int code = stage.exit_code(name);
    expect(code == wanted, text("exit code ", wanted), text(code));
}

void stop_asks(Stage& stage) {
    const std::string name = running(stage, "trap 'exit 5' TERM", "echo");
    const Result stopped = stage.client.call({"stop", "--time", "100", name});
    expect(stopped.status == 0, "that stop works", stopped);
    expect_code(stage, name, stage.is(inmate) ? 0 : 5);
}

void stop_kills(Stage& stage) {
    const std::string name = running(stage, "trap '' TERM", "spin");
    const Result stopped = stage.client.call({"stop", "--time", "1", name});
    expect(stopped.status == 0, "that stop works", stopped);
    expect_code(stage, name, 137);
}

Result kill(Stage& stage, const std::string& name, const std::string& signal) {
    if (stage.under(ctr)) return stage.client.call({"tasks", "kill", "--signal", signal, name});
    return stage.client.call({"kill", "--signal", signal, name});
}

void kill_with_a_signal(Stage& stage) {
    const std::string name = running(stage, "trap 'exit 9' USR1", "spin");
    const Result killed = kill(stage, name, "SIGUSR1");
    expect(killed.status == 0, "that kill works", killed);
    expect_code(stage, name, 9);
}

void kill_at_once(Stage& stage) {
    const std::string name = running(stage, "trap '' TERM", "spin");
    const Result killed = kill(stage, name, "SIGKILL");
    expect(killed.status == 0, "that kill works", killed);
    expect_code(stage, name, 137);
}

void removed_while_running(Stage& stage) {
    // podman asks it to end and waits ten seconds before it kills.
    const std::string name = running(stage, "trap 'exit 5' TERM", "spin");
    const Result removed = stage.operation("rm", name);
    // ctr ends with the task's own status.
    expect(removed.status == 0 || stage.under(ctr), "that rm works", removed);
    expect(stage.client.status(name).empty(), "no container", stage.client.status(name));
}

void restarted(Stage& stage) {
    Ask ask = stage.ask("exit 3");
    ask.keep = true;
    ask.more = {"--restart", "on-failure:2"};
    stage.launch(ask);
    const auto asked = [&] {
        return stage.client.call(
            {"inspect", "--format", "{{.RestartCount}} {{.State.Status}}", ask.name});
    };
    expect(eventually([&] { return asked().out == "2 exited\n"; }), "two restarts", asked());
}

void crash(Stage& stage) {
    Ask ask = stage.ask("poweroff -f", "crash");
    ask.more = {"--cap-add", "CAP_SYS_BOOT"};
    const Result ran = stage.run(ask);
    expect(ran.status == 134, "exit code 134", ran);
}

void out_of_memory(Stage& stage) {
    Ask ask = stage.ask("dd if=/dev/zero of=/dev/null bs=48M count=1");
    ask.memory_mib = stage.is(guest) ? 96 : 32;
    const Result ran = stage.run(ask);
    expect(ran.status == 137, "exit code 137", ran);
}

}  // namespace

std::vector<Row> ending_rows() {
    return {
        {"stop: the container is asked", engines, every_kind, stop_asks},
        {"stop: killed after the grace", engines, every_kind, stop_kills},
        {"kill with a signal", every_client, processes, kill_with_a_signal},
        {"kill", every_client, every_kind, kill_at_once},
        {"rm -f of a running one", every_client, every_kind, removed_while_running},
        {"--restart on-failure:2", engines, every_kind, restarted},
        {"a crash of the guest: 134", every_client, partitions, crash},
        {"memory used up: 137", every_client, processes, out_of_memory},
    };
}

}  // namespace phi::test

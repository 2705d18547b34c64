// SPDX-License-Identifier: Apache-2.0
// Options of run: two containers that tell what reached them, and a row an option.
#include <sys/utsname.h>

#include "core/base/text.hpp"
#include "rows.hpp"
#include "stage.hpp"

namespace phi::test {

namespace {

// What of its user's wishes reached it.
Result identity(Stage& stage) {
    Ask ask = stage.ask(
        "echo user=$(id -u):$(id -g); echo dir=$(pwd); echo colour=$COLOUR; "
        "echo host=$(hostname); echo file=$(cat /etc/hostname); "
        "echo hosts=$(grep -c example.test /etc/hosts); "
        "echo dns=$(grep -c 192.0.2.53 /etc/resolv.conf); "
        "echo root=$(touch /work/x 2>&1); "
        "echo scratch=$(touch /scratch/x && grep -c ' /scratch ' /proc/mounts)");
    ask.env = {"COLOUR=deep blue"};
    ask.workdir = "/work";
    ask.read_only = true;
    if (stage.under(ctr)) {
        ask.more = {"--mount", "type=tmpfs,src=tmpfs,dst=/scratch,options=rw"};
    } else {
        ask.more = {"--user",  "1000:1001",         "--hostname",
                    "vessel",  "--add-host",        "example.test:192.0.2.1",
                    "--tmpfs", "/scratch:mode=1777"};
    }
    return stage.run(ask);
}

Result shape(Stage& stage) {
    Ask ask = stage.ask("");
    const std::string script =
        "echo entry=$0; echo parent=$(cat /proc/$PPID/comm); echo kernel=$(uname -r); "
        "echo cpus=$(grep Cpus_allowed_list /proc/self/status); "
        "echo memory=$(grep MemTotal /proc/meminfo)";
    ask.command = {"-c", script, "zero"};
    ask.cpus = "1";
    ask.memory_mib = 96;
    ask.by_annotation = true;
    if (stage.under(ctr)) {
        ask.command.insert(ask.command.begin(), "sh");
    } else {
        ask.more = {"--entrypoint", "/bin/sh", "--init", "--cpuset-cpus", "0"};
    }
    return stage.run(ask);
}

void expect_answer(Stage& stage, Result (*run)(Stage&), const char* key,
                   const std::string& wanted) {
    const std::string answer = stage.answer(key, run);
    expect(contains(answer, wanted), text(key, " \"", wanted, "\""), answer);
}

void user(Stage& stage) {
    expect_answer(stage, identity, "user", "1000:1001");
}
void workdir(Stage& stage) {
    expect_answer(stage, identity, "dir", "/work");
}
void environment(Stage& stage) {
    expect_answer(stage, identity, "colour", "deep blue");
}
void hostname(Stage& stage) {
    expect_answer(stage, identity, "host", "vessel");
    expect_answer(stage, identity, "file", "vessel");
}
void hosts(Stage& stage) {
    expect_answer(stage, identity, "hosts", "1");
}
void read_only(Stage& stage) {
    expect_answer(stage, identity, "root", "Read-only file system");
}
void scratch(Stage& stage) {
    expect_answer(stage, identity, "scratch", "1");
}

void entrypoint(Stage& stage) {
    expect_answer(stage, shape, "entry", "zero");
}
void init(Stage& stage) {
    const std::string parent = stage.answer("parent", shape);
    expect(contains(parent, "docker-init") || contains(parent, "podman-init") ||
               contains(parent, "catatonit"),
           "the client's init", parent);
}
void cpus(Stage& stage) {
    stage.answer("cpus", shape);
}
void cpuset(Stage& stage) {
    expect_answer(stage, shape, "cpus", "Cpus_allowed_list: 0");
}
void memory(Stage& stage) {
    const std::string answer = stage.answer("memory", shape);
    const auto words = split(answer, ' ');
    const auto kib = words.size() > 1 ? parse_u64(words[1]) : std::nullopt;
    expect(kib && *kib < 96 * 1024, "at most 96 MiB", answer);
}
void annotation(Stage& stage) {
    utsname host{};
    ::uname(&host);
    const std::string answer = stage.answer("kernel", shape);
    expect(!answer.empty() && answer != host.release, "a kernel of its own", answer);
}

}  // namespace

std::vector<Row> asking_rows() {
    return {
        {"--env", every_client, processes, environment},
        {"--user", engines, processes, user},
        {"--workdir", every_client, processes, workdir},
        {"--hostname", engines, processes, hostname},
        {"--add-host: /etc/hosts", engines, processes, hosts},
        {"--read-only", every_client, processes, read_only},
        {"--tmpfs", every_client, processes, scratch},
        {"--entrypoint", engines, processes, entrypoint},
        {"--init", engines, processes, init},
        {"--cpus", every_client, processes, cpus},
        {"--cpuset-cpus", engines, processes, cpuset},
        {"--memory: the guest's own", every_client, guest, memory},
        {"--annotation asks for a partition", ctr | podman, guest, annotation},
    };
}

}  // namespace phi::test

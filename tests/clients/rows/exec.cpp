// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"
#include "stage.hpp"
#include "terminal.hpp"

namespace phi::test {

namespace {

Result in_box(Stage& stage, const std::vector<std::string>& options,
              const std::vector<std::string>& command, const std::string& input = "") {
    const std::string& box = stage.box();
    return stage.client.call(stage.client.exec(box, options, command), input);
}

// Of a command that says something, and may be run again: Debian's ctr stops to read when it hears
// of the end, whatever is on its way to it by then
// (https://github.com/containerd/containerd/pull/13931).
Result heard(Stage& stage, const std::vector<std::string>& options,
             const std::vector<std::string>& command, const std::string& input = "") {
    Result ran = in_box(stage, options, command, input);
    for (int more = 2; stage.under(ctr) && ran.out.empty() && more > 0; --more) {
        ran = in_box(stage, options, command, input);
    }
    return ran;
}

void output(Stage& stage) {
    const Result ran = heard(stage, {}, {"sh", "-c", "cat /work/made; exit 4"});
    expect(ran.status == 4 && ran.out == "here\n", "the command's output and exit code", ran);
}

void input(Stage& stage) {
    const Result ran = heard(stage, {"-i"}, {"cat"}, "one\ntwo\n");
    expect(ran.status == 0 && ran.out == "one\ntwo\n", "its input said again", ran);
}

void terminal(Stage& stage) {
    const auto words = stage.client.exec(
        stage.box(), {"-i", "-t"},
        {"sh", "-c", "tty; while [ \"$(stty size)\" != '40 100' ]; do sleep 0.1; done; exit 6"});
    Terminal terminal(stage.client.argv(words), stage.client.environment(), 40, 100);
    const int status = terminal.wait();
    expect(status == 6 && contains(terminal.shown(), "/dev/"), "a terminal of this size",
           terminal.shown());
}

void user(Stage& stage) {
    const Result ran = heard(stage, {"--user", "1000:1001"}, {"id"});
    expect(ran.status == 0 && contains(ran.out, "uid=1000"), "user 1000", ran);
}

void environment(Stage& stage) {
    const Result ran = heard(stage, {"--env", "SHAPE=round"}, {"sh", "-c", "echo $COLOUR $SHAPE"});
    expect(ran.status == 0 && ran.out == "blue round\n", "the container's variables and its own",
           ran);
}

void directory(Stage& stage) {
    const Result ran = heard(stage, {"--workdir", "/work"}, {"pwd"});
    expect(ran.status == 0 && ran.out == "/work\n", "its directory", ran);
}

void missing(Stage& stage) {
    const Result ran = in_box(stage, {}, {"/no/such"});
    expect(ran.status != 0 && contains(ran.out + ran.err, "/no/such"), "an error that names it",
           ran);
    if (stage.under(engines)) {
        expect(ran.status == 126 || ran.status == 127, "126 or 127", ran);
    }
}

void detached(Stage& stage) {
    const Result begun = in_box(stage, {"-d"}, {"touch", "/work/flag"});
    expect(begun.status == 0, "that it starts", begun);
    expect(eventually([&] {
               return in_box(stage, {}, {"ls", "/work/flag"}).status == 0;
           }),
           "that it runs", begun);
}

}  // namespace

std::vector<Row> exec_rows() {
    return {
        {"exec: output and exit code", every_client, every_kind, output},
        {"exec -i: standard input", every_client, processes, input},
        {"exec -t: a terminal", every_client, processes, terminal},
        {"exec --user", every_client, processes, user},
        {"exec --env", engines, processes, environment},
        {"exec --workdir", every_client, processes, directory},
        {"exec of a missing command", every_client, processes, missing},
        {"exec -d", every_client, processes, detached},
    };
}

}  // namespace phi::test

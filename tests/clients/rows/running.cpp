// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.hpp"
#include "rows.hpp"
#include "stage.hpp"
#include "terminal.hpp"

namespace phi::test {

namespace {

constexpr int inmate_status = 7;  // of exit.elf

void foreground(Stage& stage) {
    const Result ran = stage.run(stage.ask("echo out; exit 3"));
    expect(ran.status == (stage.is(inmate) ? inmate_status : 3), "its own exit code", ran);
    expect(contains(ran.out, stage.is(inmate) ? "hello from a bare-metal inmate" : "out\n"),
           "its output", ran);
}

void standard_error(Stage& stage) {
    const Result ran = stage.run(stage.ask("echo out; echo err >&2"));
    expect(ran.status == 0 && ran.out == "out\n" && contains(ran.err, "err\n"),
           "output and errors apart", ran);
}

// ctr does not tell a container that its input has ended when that was so from the start.
void standard_input(Stage& stage) {
    const std::string reader = stage.under(ctr) ? "head -n 2" : "cat";
    Ask ask = stage.ask(reader + "; echo the end", "echo");
    ask.interactive = true;
    const Result ran = stage.run(ask, stage.is(inmate) ? "abcq" : "one\ntwo\n");
    expect(ran.status == 0 && contains(ran.out, stage.is(inmate) ? "abc" : "one\ntwo\nthe end\n"),
           "its input said again", ran);
}

void detached(Stage& stage) {
    Ask ask = stage.ask("echo out; exit 3");
    ask.keep = true;
    stage.launch(ask);
    const int code = stage.exit_code(ask.name);
    expect(code == (stage.is(inmate) ? inmate_status : 3), "its own exit code", text(code));
    const std::string printed = stage.output(ask.name);
    expect(contains(printed, stage.is(inmate) ? "hello" : "out\n"), "its output kept", printed);
}

void terminal(Stage& stage) {
    Ask ask = stage.ask(
        "while [ \"$(stty size)\" != '40 100' ]; do sleep 0.1; done; echo size seen; "
        "while [ \"$(stty size)\" != '50 120' ]; do sleep 0.1; done; echo new size seen; "
        "read word; echo got $word; exit 6");
    ask.tty = ask.interactive = true;
    Terminal terminal(stage.client.argv(stage.client.run(ask)), stage.client.environment(), 40,
                      100);
    if (stage.is(inmate)) {
        expect(terminal.wait() == inmate_status && contains(terminal.shown(), "hello"),
               "what it prints", terminal.shown());
        return;
    }
    expect(terminal.await("size seen"), "the terminal's size", terminal.shown());
    terminal.resize(50, 120);
    expect(terminal.await("new size seen"), "the terminal's new size", terminal.shown());
    terminal.type("word\r");
    expect(terminal.await("got word"), "what was typed", terminal.shown());
    const int status = terminal.wait();
    expect(status == 6, "its own exit code", text(status, ": ", terminal.shown()));
}

// From a keyboard: a client whose input has ended at once may leave before it has heard anything.
void attach(Stage& stage) {
    Ask ask = stage.ask("echo ready; read word; echo got $word; sleep 1; exit 4", "echo");
    ask.keep = ask.interactive = true;
    stage.launch(ask);
    stage.await_output(ask.name, stage.is(inmate) ? "hello" : "ready");
    Terminal terminal(stage.client.argv({"attach", ask.name}), stage.client.environment(), 40, 100);
    terminal.type(stage.is(inmate) ? "abq\n" : "word\n");
    const int status = terminal.wait();
    // The terminal shows what is typed, "abq"; the inmate says "ab" for itself.
    const std::string& shown = terminal.shown();
    const bool heard =
        stage.is(inmate) ? shown.find("ab") != shown.rfind("ab") : contains(shown, "got word");
    expect(heard, "what it says from then on", shown);
    // podman attach itself ends with 0.
    const int code = stage.under(docker) ? status : stage.exit_code(ask.name);
    expect(code == (stage.is(inmate) ? 0 : 4), "the container's exit code", text(code));
}

void created_then_started(Stage& stage) {
    Ask ask = stage.ask("echo out; exit 3");
    ask.create = ask.keep = true;
    const Result made = stage.run(ask);
    expect(made.status == 0, "a container that is made", made);
    for (int time = 1; time <= 2; ++time) {
        const Result ran = stage.client.call({"start", "--attach", ask.name});
        expect(ran.status == (stage.is(inmate) ? inmate_status : 3) && !ran.out.empty(),
               text("output and exit code, time ", time), ran);
    }
}

}  // namespace

std::vector<Row> running_rows() {
    return {
        {"run: output and exit code", every_client, every_kind, foreground},
        {"run: standard error apart", every_client, processes, standard_error},
        {"run -i: standard input", every_client, every_kind, standard_input},
        {"run -d, logs, wait", every_client, every_kind, detached},
        {"run -t: a terminal, resized", every_client, every_kind, terminal},
        {"attach", engines, every_kind, attach},
        {"create, start, start again", engines, every_kind, created_then_started},
    };
}

}  // namespace phi::test

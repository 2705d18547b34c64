// SPDX-License-Identifier: Apache-2.0
#include "rows.hpp"
#include "stage.hpp"

namespace phi::test {

namespace {

void missing_command(Stage& stage) {
    Ask ask = stage.ask("");
    ask.command = {"/no/such"};
    const Result ran = stage.run(ask);
    expect(stage.under(engines) ? ran.status == 127 : ran.status != 0, "exit code 127", ran);
    expect(contains(ran.out + ran.err, "/no/such"), "an error that names it", ran);
}

void too_much_memory(Stage& stage) {
    Ask ask = stage.ask("true");
    ask.memory_mib = 8000000;
    const Result ran = stage.run(ask);
    expect(ran.status != 0 && contains(ran.out + ran.err, "memory"), "an error that names memory",
           ran);
}

void taken_name(Stage& stage) {
    Ask ask = stage.ask("true");
    ask.name = stage.box();
    const Result ran = stage.run(ask);
    expect(ran.status != 0 && (contains(ran.err, "already") || contains(ran.err, "in use")),
           "an error that tells so", ran);
    stage.await_status(stage.box(), "running");
}

void no_such_program(Stage& stage) {
    const Result ran = stage.run(stage.ask("", "no-such"));
    expect(ran.status != 0 && contains(ran.out + ran.err, "/boot/no-such.elf"),
           "an error that names it", ran);
}

}  // namespace

std::vector<Row> error_rows() {
    return {
        {"a missing command", every_client, processes, missing_command},
        {"an inmate that the image has not", every_client, inmate, no_such_program},
        {"more memory than there is", every_client, partitions, too_much_memory},
        {"a name that is taken", every_client, every_kind, taken_name},
    };
}

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
// Networks that a user has made. Pods have theirs in pod_sharing.cpp.
#include "core/base/text.hpp"
#include "rows.hpp"
#include "stage.hpp"

namespace phi::test {

namespace {

const char* const network = "fleet";

void make_network(Stage& stage) {
    if (stage.client.call({"network", "inspect", network}).status == 0) return;
    const Result made = stage.client.call({"network", "create", network});
    expect(made.status == 0, "a network", made);
}

// Docker's own name server, at 127.0.0.11 of the container's network namespace, knows the name.
void reached_by_name(Stage& stage) {
    make_network(stage);
    Ask server = stage.ask("while :; do echo served | nc -l -p 80; done");
    server.kind = vanilla;
    server.network = network;
    stage.launch(server);
    Ask ask = stage.ask(text("cat /etc/resolv.conf; nslookup ", server.name, "; until nc ",
                             server.name, " 80 | grep served; do sleep 0.2; done"));
    ask.network = network;
    const Result ran = stage.run(ask);
    expect(ran.status == 0 && contains(ran.out, "nameserver 127.0.0.11") &&
               contains(ran.out, text("Name:\t", server.name)) && contains(ran.out, "served\n"),
           "an address for the name, and an answer from there", ran);
}

}  // namespace

std::vector<Row> network_rows() {
    return {{"--network NET: another container by its name", docker, processes, reached_by_name}};
}

}  // namespace phi::test

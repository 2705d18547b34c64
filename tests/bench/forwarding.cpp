// SPDX-License-Identifier: Apache-2.0
#include <exception>

#include "bundles.hpp"
#include "core/base/text.hpp"
#include "machine.hpp"
#include "scenes.hpp"

namespace phi::bench {

namespace {

constexpr double most_over_runc_ms = 1;

// runphi with the machine's runc behind it, on the store that runc uses by itself in this scene.
Runtime runphi_before(const Runtime& runc, const test::Sandbox& node) {
    Runtime runphi{"runphi, then runc", runc.prefix, node.environment(), runc.pid_file,
                   runc.absent};
    runphi.prefix.front() = test::runphi_binary();
    return runphi;
}

double create_once(const Runtime& runtime, const Runtime& runc, const std::string& bundle) {
    const std::string id = "bench-forward";
    const double took = run_time(runtime.create(bundle, id));
    run_time(runc.command({"delete", "--force", id}));
    return took;
}

void compare(const std::string& title, unsigned rounds, std::vector<Contestant> both,
             Table& table) {
    interleave("forwarded " + title, rounds, both);
    table.add(text("`", title, "` of an ordinary container"), both);
}

// The difference of two of runc's times is lost in how much these vary. So what runphi adds is
// measured with a program in runc's place that does nothing.
void measure_addition(const std::string& bundle, unsigned rounds, Table& table) {
    const std::string nothing = "/bin/true";
    const test::Sandbox node("fake", text(R"("runc": ")", nothing, '"'));
    const std::vector<std::vector<std::string>> lines = {
        {"create", "--bundle", bundle, "bench-added"}, {"state", "bench-added"}};
    for (const auto& words : lines) {
        std::vector<Contestant> both;
        for (const auto& program : {test::runphi_binary(), nothing}) {
            Program whole{{program}, node.environment()};
            whole.argv.insert(whole.argv.end(), words.begin(), words.end());
            both.push_back({program, [whole] { return run_time(whole); }});
        }
        interleave(text("added to ", words.front()), rounds, both);
        table.add_figure(text("`", words.front(), "` of an ordinary container"), "what runphi adds",
                         both[0].samples.median() - both[1].samples.median(), "ms",
                         most_over_runc_ms);
    }
}

}  // namespace

void measure_forwarding(const Options& options, Table& table) {
    const test::Sandbox node("fake", text(R"("runc": ")", find_program("runc"), '"'));
    const Runtime runc = runtime_of("runc", node);
    const Runtime runphi = runphi_before(runc, node);
    const std::string bundle = busybox_bundle(node, "forward", R"(["true"])");
    const auto contestant = [&](const Runtime& runtime, auto once) {
        return Contestant{runtime.name, [=] { return once(runtime); }, {}, runtime.absent};
    };

    const auto create = [&](const Runtime& runtime) { return create_once(runtime, runc, bundle); };
    compare("create", options.rounds(40), {contestant(runphi, create), contestant(runc, create)},
            table);

    const std::string id = "bench-forwarded";
    const auto state = [&](const Runtime& runtime) {
        return run_time(runtime.command({"state", id}));
    };
    if (runc.absent.empty()) run_time(runc.create(bundle, id));
    compare("state", options.rounds(200), {contestant(runphi, state), contestant(runc, state)},
            table);
    if (runc.absent.empty()) run_time(runc.command({"delete", "--force", id}));
    reap();
    measure_addition(bundle, options.rounds(200), table);
}

}  // namespace phi::bench

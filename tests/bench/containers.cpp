// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <utility>

#include "bundles.hpp"
#include "machine.hpp"
#include "scenes.hpp"

namespace phi::bench {

namespace {

constexpr double three_times_as_fast = 1.0 / 3;

std::vector<Runtime> all_runtimes(const test::Sandbox& node) {
    return {runphi_of(node), runtime_of("runc", node), runtime_of("crun", node)};
}

std::string bundle_for(const test::Sandbox& node, const std::string& scene,
                       const Runtime& runtime) {
    const std::string name = scene + "-" + runtime.name;
    if (runtime.name == "runphi") return inmate_bundle(node, name, "exit 0\n");
    return busybox_bundle(node, name, R"(["true"])");
}

Contestant bin_true() {
    return {"/bin/true", [] { return run_time({{"/bin/true"}, {}}); }};
}

double live_once(const Runtime& runtime, const std::string& bundle, const std::string& id) {
    const double before = now_ms();
    run_time(runtime.create(bundle, id));
    run_time(runtime.command({"start", id}));
    await_orphan(read_pid(runtime));
    run_time(runtime.command({"delete", "--force", id}));
    return now_ms() - before;
}

// A container whose `create` failed, or that was only created, is taken away.
void remove(const Runtime& runtime, const std::string& id) {
    if (!runtime.absent.empty()) return;
    try {
        run_time(runtime.command({"delete", "--force", id}));
    } catch (const std::exception&) {
        // It was never there, which is what is wanted.
    }
    reap();
}

}  // namespace

void measure_version(const test::Sandbox& node, const Options& options, Table& table) {
    std::vector<Contestant> all;
    for (const auto& runtime : all_runtimes(node)) {
        const Program program{{runtime.prefix.front(), "--version"}, runtime.env};
        all.push_back({runtime.name, [program] { return run_time(program); }, {}, runtime.absent});
    }
    all.push_back(bin_true());
    interleave("--version", options.rounds(100), all);
    table.add("`--version`", all);
}

void measure_state(const test::Sandbox& node, const Options& options, Table& table) {
    const std::string id = "bench-state";
    std::vector<Contestant> all;
    const auto runtimes = all_runtimes(node);
    for (const auto& runtime : runtimes) {
        const Program program = runtime.command({"state", id});
        Contestant one{runtime.name, [program] { return run_time(program); }, {}, runtime.absent};
        try {
            if (one.absent.empty()) {
                run_time(runtime.create(bundle_for(node, "state", runtime), id));
            }
        } catch (const std::exception& error) {
            one.absent = error.what();
        }
        all.push_back(std::move(one));
    }
    all.push_back(bin_true());
    interleave("state", options.rounds(200), all);
    for (const auto& runtime : runtimes) remove(runtime, id);
    table.add("`state`", all,
              {{"runc", three_times_as_fast, "at least 3 times as fast (0.33)"},
               {"crun", three_times_as_fast, "at least 3 times as fast (0.33)"},
               {"/bin/true", 2.5, "within 2.5 times"}});
}

void measure_lifecycle(const test::Sandbox& node, const Options& options, Table& table) {
    const std::string id = "bench-life";
    std::vector<Contestant> all;
    const auto runtimes = all_runtimes(node);
    for (const auto& runtime : runtimes) {
        const std::string bundle = bundle_for(node, "life", runtime);
        all.push_back({runtime.name,
                       [runtime, bundle, id] { return live_once(runtime, bundle, id); },
                       {},
                       runtime.absent});
    }
    interleave("create, start, delete", options.rounds(40), all);
    for (const auto& runtime : runtimes) remove(runtime, id);
    table.add("create + start + end + `delete --force`", all);
}

}  // namespace phi::bench

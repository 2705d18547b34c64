// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <map>
#include <runphi/sdk/json.hpp>

#include "board.hpp"
#include "checks.hpp"
#include "images.hpp"
#include "plan.hpp"
#include "surroundings.hpp"

namespace check {

namespace {

struct Stage {
    const char* name;
    runphi_stage_fn runphi_resources::*function;
};

constexpr Stage stages[] = {{"begin", &runphi_resources::begin}, {"cpu", &runphi_resources::cpu},
                            {"mem", &runphi_resources::mem},     {"dev", &runphi_resources::dev},
                            {"net", &runphi_resources::net},     {"comm", &runphi_resources::comm},
                            {"boot", &runphi_resources::boot},   {"end", &runphi_resources::end}};

Outcome run_stage(Bench& bench, const Stage& stage, const std::string& plan, PackedImages& images,
                  Sink& part) {
    Longer<runphi_planning> in;
    in->board = {bench.board.data(), bench.board.size()};
    in->plan = {plan.data(), plan.size()};
    in->images = images.data();
    in->n_images = images.count();
    Outcome outcome = call(bench.host, [&](runphi_error* error) {
        return (bench.tables.resources->*stage.function)(bench.host.abi(), in.get(), part.abi(),
                                                         error);
    });
    in.require_untouched("runphi_planning");
    return outcome;
}

}  // namespace

std::string make_plan(Bench& bench, const std::vector<BootImage>& images, const Shape& shape) {
    const Board board = read_board(bench.board);
    PackedImages packed(images);
    std::map<std::string, std::string> parts;
    const std::string id = bench.tables.entry->id;
    // What is known of the network only when the engine has made it.
    Shape planned = shape;
    if (planned.network) planned.network->path.clear();
    for (const Stage& stage : stages) {
        const auto plan =
            write_plan(bench.options, board, id, partition_name(), images, planned, parts);
        Sink part;
        run_stage(bench, stage, plan, packed, part).expect_ok(stage.name);
        part.require_bounded(stage.name);
        if (!part.text().empty()) {
            const runphi::sdk::JsonDocument document(part.text(), stage.name);
            require(document.root().is_object(), std::string(stage.name) + " wrote no JSON object");
        }
        parts[stage.name] = part.text();
    }
    return write_plan(bench.options, board, id, partition_name(), images, shape, parts);
}

namespace {

std::string probe(Bench& bench, runphi_probe& answer) {
    Longer<runphi_probe> out;
    call(bench.host, [&](runphi_error* error) {
        return bench.tables.detect->probe(bench.host.abi(), out.get(), error);
    }).expect_ok("probe");
    out.require_untouched("runphi_probe");
    require(out->present == 0 || out->present == 1, "present is neither 0 nor 1");
    require_text(out->version, sizeof out->version, "probe.version");
    answer = *out.get();
    return require_text(out->reason, sizeof out->reason, "probe.reason");
}

void check_capabilities(Bench& bench) {
    bench.report.check("capabilities and interfaces agree", [&] {
        const auto claims = [&](std::uint64_t bit, const char* name) {
            if ((bench.capabilities & bit) == 0) return;
            require(bench.tables.entry->get_interface(name) != nullptr,
                    std::string("it claims what needs ") + name);
        };
        claims(RUNPHI_CAP_CONSOLE | RUNPHI_CAP_AGENT | RUNPHI_CAP_SESSIONS, RUNPHI_CHANNEL_1);
        claims(RUNPHI_CAP_STATS, RUNPHI_STATS_1);
        claims(RUNPHI_CAP_UPDATE, RUNPHI_UPDATE_1);
        claims(RUNPHI_CAP_SNAPSHOT, RUNPHI_SNAPSHOT_1);
        require((bench.capabilities & RUNPHI_CAP_SHARE) == 0 ||
                    (bench.capabilities & RUNPHI_CAP_LINUX) != 0,
                "it shares files, and boots no Linux that could mount them");
        require((bench.capabilities & RUNPHI_CAP_SESSIONS) == 0 ||
                    (bench.tables.channel->sessions != nullptr &&
                     (bench.capabilities & RUNPHI_CAP_AGENT) != 0),
                "it has a channel for sessions, and no agent to open any");
    });
}

std::string inventory(Bench& bench) {
    Sink out;
    call(bench.host, [&](runphi_error* error) {
        return bench.tables.detect->inventory(bench.host.abi(), out.abi(), error);
    }).expect_ok("inventory");
    out.require_bounded("the inventory");
    return out.text();
}

}  // namespace

bool check_detection(Bench& bench) {
    bench.report.section("detection");
    runphi_probe answer{};
    std::string reason;
    const auto before = Surroundings::now(bench.dir);
    const bool probed = bench.report.check("probe", [&] {
        reason = probe(bench, answer);
        require(!reason.empty(), "it says not why");
    });
    if (!probed) return false;
    bench.capabilities = answer.capabilities;
    bench.report.check("probing twice gives the same answer", [&] {
        runphi_probe again{};
        probe(bench, again);
        require(again.present == answer.present && again.capabilities == answer.capabilities,
                "it does not");
    });
    check_capabilities(bench);
    if (answer.present == 0) {
        bench.report.skip("everything that needs the hypervisor", reason);
        return false;
    }
    const bool board = bench.report.check("inventory is a valid board", [&] {
        bench.board = inventory(bench);
        read_board(bench.board);
    });
    bench.report.check("probe and inventory only read", [&] {
        // Facts that hold until the next boot may be kept: the cache is not below this folder.
        before.require_same(Surroundings::now(bench.dir));
    });
    if (!bench.options.board.empty()) {
        std::ifstream file(bench.options.board);
        bench.board = std::string{std::istreambuf_iterator<char>(file), {}};
        return bench.report.check("--board is a valid board", [&] { read_board(bench.board); });
    }
    return board;
}

bool check_planning(Bench& bench) {
    bench.report.section("planning");
    const std::vector<BootImage> images = open_images(bench.options);
    if (images.empty()) {
        bench.report.skip("planning and life cycle", "name a guest with --inmate or --kernel");
        return false;
    }
    const auto before = Surroundings::now(bench.dir);
    if (!bench.report.check("begin, cpu, mem, dev, net, comm, boot, end",
                            [&] { bench.plan = make_plan(bench, images, {}); })) {
        return false;
    }
    bench.report.check("planning twice gives the same bytes",
                       [&] { require(make_plan(bench, images, {}) == bench.plan, "it does not"); });
    bench.report.check("planning has no effect",
                       [&] { before.require_same(Surroundings::now(bench.dir)); });
    bench.report.check("a plan that is cut short is an error, not a crash", [&] {
        PackedImages none({});
        Sink part;
        const Outcome outcome =
            run_stage(bench, stages[7], bench.plan.substr(0, bench.plan.size() / 2), none, part);
        require(!outcome.ok(), "`end` accepts half a plan");
    });
    return true;
}

}  // namespace check

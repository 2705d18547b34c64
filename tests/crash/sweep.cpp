// SPDX-License-Identifier: Apache-2.0
#include "sweep.hpp"

#include <algorithm>
#include <filesystem>

#include "support/processes.hpp"

namespace phi::test {

Sweep::Sweep(const std::string& backend, const std::string& settings) : node_(backend, settings) {}

void Sweep::ok(const std::vector<std::string>& args) {
    const Result result = node_.run(args);
    ASSERT_EQ(result.status, 0) << args[0] << ": " << result.err;
}

void Sweep::create() {
    const Trace made = traced({"create", "--bundle", bundle_, "c"}, {});
    ASSERT_EQ(made.status, 0) << read_text(output());
}

void Sweep::start() {
    create();
    ok({"start", "c"});
}

Trace Sweep::traced(const std::vector<std::string>& args, TraceOptions options) {
    options.output = output();
    if (options.victim == Victim::living) options.living = pid_of(node_, "c");
    return trace_effects(node_.command(args), node_.environment(), options);
}

std::string Sweep::status() {
    const Result state = node_.run({"state", "c"});
    if (state.status != 0) {
        EXPECT_NE(state.err.find("container does not exist"), std::string::npos) << state.err;
        return "absent";
    }
    for (const char* known : {"creating", "created", "running", "paused", "stopped"}) {
        if (state.out.find(std::string("\"status\": \"") + known + '"') != std::string::npos) {
            return known;
        }
    }
    return "unreadable: " + state.out;
}

void Sweep::expect_clean_after_delete(const std::string& where) {
    const Result gone = node_.run({"delete", "--force", "c"});
    EXPECT_EQ(gone.status, 0) << where << ": " << gone.err;
    EXPECT_EQ(gone.err, "") << where;
    EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
        << where << ": " << node_.remains();
    EXPECT_EQ(node_.run({"board", "--free"}).out, whole_board_) << where;
    EXPECT_EQ(status(), "absent") << where;
    expect_nothing_left(where);
    std::filesystem::remove(output());
}

void Sweep::sweep(const std::vector<std::string>& args, Victim victim,
                  const std::function<void()>& before, unsigned at_least) {
    // The first run on a node also makes its folders; count what every later one does.
    before();
    traced(args, {victim, std::nullopt, {}});
    expect_clean_after_delete("first");
    before();
    const Trace whole = traced(args, {victim, std::nullopt, {}});
    ASSERT_EQ(whole.status, 0) << read_text(output());
    expect_clean_after_delete("uninterrupted");
    ASSERT_GE(whole.effects, at_least);
    RecordProperty("effects", static_cast<int>(whole.effects));
    unsigned died = 0;
    for (unsigned at = 0; at < whole.effects; ++at) {
        before();
        const Trace cut = traced(args, {victim, at, {}});
        died += cut.killed ? 1 : 0;
        const std::string where =
            args[0] + ", effect " + std::to_string(at) + " (" + cut.last + ")";
        SCOPED_TRACE(where);
        expect_truth(status(), where);
        expect_clean_after_delete(where);
        if (HasFatalFailure()) return;
    }
    // A few effects may vary from run to run, of few none; nearly all must have been reached. How
    // many a living victim has behind its answer depends on how soon the command ends.
    const unsigned vary = std::min(3U, whole.effects / 4);
    EXPECT_GE(died, victim == Victim::living ? at_least : whole.effects - vary);
}

void Sweep::sweep_create(unsigned at_least) {
    sweep(
        {"create", "--bundle", bundle_, "c"}, Victim::command, [] {}, at_least);
}

void Sweep::sweep_start(unsigned at_least) {
    sweep(
        {"start", "c"}, Victim::command, [this] { create(); }, at_least);
}

void Sweep::sweep_kill(unsigned at_least) {
    sweep(
        {"kill", "c", "KILL"}, Victim::command, [this] { start(); }, at_least);
}

void Sweep::sweep_delete(unsigned at_least) {
    sweep(
        {"delete", "--force", "c"}, Victim::command, [this] { start(); }, at_least);
}

void Sweep::sweep_monitor() {
    const std::vector<std::string> args{"create", "--bundle", bundle_, "c"};
    const Trace whole = traced(args, {Victim::monitor, std::nullopt, {}});
    ASSERT_EQ(whole.status, 0) << read_text(output());
    expect_clean_after_delete("uninterrupted");
    ASSERT_GE(whole.effects, 5U);
    for (unsigned at = 0; at < whole.effects; ++at) {
        const Trace cut = traced(args, {Victim::monitor, at, {}});
        const std::string where = "monitor, effect " + std::to_string(at) + " (" + cut.last + ")";
        SCOPED_TRACE(where);
        if (cut.killed && cut.status != 0) {
            EXPECT_EQ(status(), "absent") << "a failed create must undo itself";
        }
        expect_clean_after_delete(where);
    }
}

}  // namespace phi::test

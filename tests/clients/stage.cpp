// SPDX-License-Identifier: Apache-2.0
#include "stage.hpp"

#include "core/base/text.hpp"

namespace phi::test {

namespace {

const char* const box_script =
    "echo here > /work/made; trap 'exit 5' TERM; echo ready; while :; do sleep 0.2; done";

}  // namespace

Stage::~Stage() {
    Stage::clear();
    if (box_) remove(*box_);
}

Ask Stage::ask(const std::string& script, const std::string& program) {
    Ask ask;
    ask.kind = kind;
    ask.name = text(name_of(kind), ++made_);
    if (kind != inmate) ask.command = {"sh", "-c", script};
    ask.program = program;
    names_.push_back(ask.name);
    return ask;
}

Result Stage::run(const Ask& ask, const std::string& input) {
    Result ran = client.call(client.run(ask), input);
    // What the client removes itself is not there to be removed again.
    if (!ask.keep && !ask.detach) std::erase(names_, ask.name);
    return ran;
}

void Stage::launch(Ask ask) {
    ask.detach = true;
    if (under(ctr)) {
        const auto log = "file://" + log_of(ask.name);
        ask.more.insert(ask.more.end(), {"--log-uri", log});
    }
    const Result started = run(ask);
    expect(started.status == 0, "a container that starts", started);
}

Result Stage::operation(const std::string& verb, const std::string& name) const {
    return client.call(client.operation(verb, name));
}

std::string Stage::log_of(const std::string& name) const {
    return text(client.place().dir, "/", name, ".out");
}

std::string Stage::output(const std::string& name) const {
    if (under(ctr)) return read_text(log_of(name));
    const Result logs = client.call({"logs", name});
    return logs.out + logs.err;
}

void Stage::await_output(const std::string& name, const std::string& wanted) const {
    const bool came = eventually(
        [&] { return contains(output(name), wanted) || client.status(name) == "exited"; });
    expect(came && contains(output(name), wanted), "output \"" + wanted + "\"", output(name));
}

void Stage::await_status(const std::string& name, const std::string& wanted) const {
    expect(eventually([&] { return client.status(name) == wanted; }), "status " + wanted,
           client.status(name));
}

int Stage::exit_code(const std::string& name) const {
    if (under(ctr)) {
        await_status(name, "exited");
        const Result gone = client.call({"tasks", "delete", name});
        const std::string mark = "non-zero exit code ";
        const auto at = gone.err.find(mark);
        if (at == std::string::npos) return 0;
        return std::atoi(gone.err.c_str() + at + mark.size());
    }
    const Result waited = client.call({"wait", name});
    expect(waited.status == 0, "that wait works", waited);
    return std::atoi(waited.out.c_str());
}

const std::string& Stage::box() {
    if (box_) return *box_;
    Ask box = ask(box_script, "spin");
    box.memory_mib = 128;
    box.env = {"COLOUR=blue"};
    box.more = {"--label", "shape=round"};
    if (!under(ctr) && kind != inmate) {
        box.more.insert(box.more.end(), {"--health-cmd", "test -e /work/made", "--health-interval",
                                         under(docker) ? "1s" : "disable"});
    }
    launch(box);
    std::erase(names_, box.name);
    box_ = box.name;
    await_output(*box_, kind == inmate ? "hello" : "ready");
    return *box_;
}

std::string Stage::answer(const std::string& key, Result (*told)(Stage&)) {
    if (!answers_.contains(told)) answers_[told] = told(*this);
    const Result& ran = answers_[told];
    expect(ran.status == 0, "a container that runs", ran);
    for (const auto line : split(ran.out, '\n')) {
        if (!line.starts_with(key + "=")) continue;
        std::string value(line.substr(key.size() + 1));
        while (!value.empty() && value.back() == '\r') value.pop_back();
        return value;
    }
    throw Mismatch(text("no answer to ", key, " in ", ran.out));
}

void Stage::remove(const std::string& name) const {
    operation("rm", name);
    if (under(ctr)) client.call({"containers", "delete", name});
}

void Stage::clear() {
    for (const auto& name : names_) remove(name);
    names_.clear();
}

}  // namespace phi::test

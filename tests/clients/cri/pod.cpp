// SPDX-License-Identifier: Apache-2.0
#include "pod.hpp"

#include <filesystem>

#include "core/base/text.hpp"
#include "request.hpp"

namespace phi::test {

namespace {

const char* const box_script =
    "trap 'exit 5' TERM; while :; do echo served | nc -l -p 80; done & "
    "echo here > /work/made; echo ready; while :; do sleep 0.2; done";

std::string cgroup_of(const Place& place, const std::string& pod) {
    return text("/sys/fs/cgroup/memory", place.cgroup, "/", pod);
}

std::string field(const Result& answered, const char* name) {
    const auto document = json::parse(answered.out, "the answer");
    return json::Node(document, "").at(name).as_string();
}

}  // namespace

PodScene::~PodScene() {
    PodScene::clear();
    if (pod_) remove_pod(*pod_);
    if (box_pod_) remove_pod(*box_pod_);
}

json::Document PodScene::answer(const std::string& method, const std::string& request) const {
    const Result answered = client.ask(method, request);
    expect(answered.status == 0, text("that ", method, " works"), answered);
    return json::parse(answered.out, method);
}

Result PodScene::try_pod(const PodAsk& ask) {
    const std::string name = text("pod-", name_of(kind), ++made_);
    const std::string config = request::pod_config(ask, name, client.place());
    if (ask.memory_limit != 0) {
        const std::string cgroup = cgroup_of(client.place(), name);
        std::filesystem::create_directories(cgroup);
        write_text(cgroup + "/memory.limit_in_bytes", text(ask.memory_limit));
    }
    Result made = client.ask("RunPodSandbox",
                             text(R"({"runtime_handler": ")", is(vanilla) ? "vanilla" : "runphi",
                                  R"(", "config": )", config, "}"));
    if (made.status == 0) {
        made.out = field(made, "pod_sandbox_id");
        configs_[made.out] = config;
        names_[made.out] = name;
    }
    return made;
}

std::string PodScene::run_pod(const PodAsk& ask) {
    const Result made = try_pod(ask);
    expect(made.status == 0, "a pod", made);
    return made.out;
}

const std::string& PodScene::pod() {
    if (!pod_) pod_ = run_pod();
    return *pod_;
}

std::string PodScene::ip_of(const std::string& pod) const {
    const auto status = answer("PodSandboxStatus", request::of_pod(pod));
    return json::Node(status, "").at("status").at("network").at("ip").as_string();
}

void PodScene::remove_pod(const std::string& pod) {
    client.ask("StopPodSandbox", request::of_pod(pod));
    client.ask("RemovePodSandbox", request::of_pod(pod));
    configs_.erase(pod);
    names_.erase(pod);
}

std::string PodScene::memory_file(const std::string& pod, const std::string& file) const {
    return read_text(text(cgroup_of(client.place(), names_.at(pod)), "/", file));
}

ContainerAsk PodScene::ask(const std::string& script, const std::string& program) const {
    ContainerAsk ask;
    ask.kind = kind;
    if (kind != inmate) ask.command = {"sh", "-c", script};
    ask.program = program;
    return ask;
}

Result PodScene::try_create(ContainerAsk& ask) {
    if (ask.pod.empty()) ask.pod = pod();
    const std::string name = text(name_of(kind), ++made_);
    Result made = client.ask(
        "CreateContainer",
        request::of_pod(ask.pod, text(R"("config": )", request::container_config(ask, name),
                                      R"(, "sandbox_config": )", configs_.at(ask.pod))));
    if (made.status == 0) {
        made.out = field(made, "container_id");
        logs_[made.out] = text(client.place().dir, "/", name, ".out");
    }
    return made;
}

Result PodScene::try_container(ContainerAsk ask) {
    Result made = try_create(ask);
    if (made.status != 0) return made;
    Result started = client.ask("StartContainer", request::of_container(made.out));
    started.out = made.out;
    return started;
}

std::string PodScene::create(ContainerAsk ask) {
    const Result made = try_create(ask);
    expect(made.status == 0, "a container", made);
    return made.out;
}

void PodScene::start(const std::string& container) const {
    const Result started = client.ask("StartContainer", request::of_container(container));
    expect(started.status == 0, "a container that starts", started);
}

std::string PodScene::run(const ContainerAsk& ask) {
    const std::string container = create(ask);
    start(container);
    return container;
}

ContainerState PodScene::state_of(const std::string& container) const {
    const auto told = answer("ContainerStatus", request::of_container(container));
    const json::Node status = json::Node(told, "").at("status");
    return {status.at("state").as_string(), status.at("exit_code").as_i64(),
            status.at("reason").as_string(), status.at("message").as_string()};
}

ContainerState PodScene::ended(const std::string& container) const {
    ContainerState last;
    const bool there = eventually([&] {
        last = state_of(container);
        return last.state == "CONTAINER_EXITED";
    });
    expect(there, "its end", text(last.state, "\n", output(container)));
    return last;
}

std::string PodScene::log_of(const std::string& container) const {
    return read_text(logs_.at(container));
}

// TIME stdout|stderr F|P TEXT, of which P is one line's beginning.
std::string PodScene::output(const std::string& container) const {
    std::string out;
    const std::string log = log_of(container);
    for (auto line : split(log, '\n')) {
        const auto words = split(line, ' ');
        if (words.size() < 4) continue;
        out += line.substr(static_cast<std::size_t>(words[3].data() - line.data()));
        if (words[2] == "F") out += '\n';
    }
    return out;
}

void PodScene::await_output(const std::string& container, const std::string& wanted) const {
    const bool came = eventually([&] {
        return contains(output(container), wanted) ||
               state_of(container).state == "CONTAINER_EXITED";
    });
    expect(came && contains(output(container), wanted), text("output \"", wanted, "\""),
           output(container));
}

Result PodScene::try_exec(const std::string& container, const std::vector<std::string>& command,
                          unsigned timeout_s) const {
    return client.ask("ExecSync",
                      request::of_container(container, text(R"("cmd": )", request::strings(command),
                                                            R"(, "timeout": )", timeout_s)));
}

Result PodScene::exec(const std::string& container, const std::vector<std::string>& command) const {
    const Result asked = try_exec(container, command);
    expect(asked.status == 0, "that ExecSync works", asked);
    const auto document = json::parse(asked.out, "ExecSync");
    const json::Node told(document, "");
    return {static_cast<int>(told.at("exit_code").as_i64()), told.at("stdout").as_string(),
            told.at("stderr").as_string()};
}

const std::string& PodScene::box() {
    if (box_) return *box_;
    ContainerAsk box = ask(box_script, "spin");
    box_pod_ = run_pod();
    box.pod = *box_pod_;
    box.resources = R"("memory_limit_in_bytes": 134217728)";
    const std::string container = run(box);
    await_output(container, is(inmate) ? "hello" : "ready");
    box_ = container;
    return *box_;
}

const std::string& PodScene::once(std::string (*teller)(PodScene&)) {
    if (!told_.contains(teller)) told_[teller] = teller(*this);
    return told_[teller];
}

std::string PodScene::told(const std::string& key, std::string (*teller)(PodScene&)) {
    const std::string& all = once(teller);
    for (const auto line : split(all, '\n')) {
        if (!line.starts_with(key + "=")) continue;
        std::string value(line.substr(key.size() + 1));
        while (!value.empty() && value.back() == '\r') value.pop_back();
        return value;
    }
    throw Mismatch(text("no answer to ", key, " in ", all));
}

void PodScene::remove(const std::string& container) {
    client.ask("RemoveContainer", request::of_container(container));
    logs_.erase(container);
}

void PodScene::clear() {
    std::vector<std::string> done;
    for (const auto& [container, log] : logs_) {
        if (container != box_) done.push_back(container);
    }
    for (const auto& container : done) remove(container);
    std::vector<std::string> pods;
    for (const auto& [pod, config] : configs_) {
        if (pod != pod_ && pod != box_pod_) pods.push_back(pod);
    }
    for (const auto& pod : pods) remove_pod(pod);
}

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#include "engine.hpp"

#include <stdexcept>

#include "core/base/text.hpp"
#include "images.hpp"

namespace phi::test {

std::vector<std::string> Engine::run(const Ask& ask) const {
    std::vector<std::string> words{ask.create ? "create" : "run",
                                   "--pull",
                                   "never",
                                   "--runtime",
                                   ask.kind == vanilla ? "vanilla" : "runphi",
                                   "--network",
                                   ask.network,
                                   "--cgroup-parent",
                                   place_.cgroup};
    const auto add = [&](const char* option, const std::string& value) {
        if (!value.empty()) words.insert(words.end(), {option, value});
    };
    add("--name", ask.name);
    if (!ask.keep && !ask.detach) words.emplace_back("--rm");
    if (ask.detach) words.emplace_back("--detach");
    if (ask.tty) words.emplace_back("--tty");
    if (ask.interactive) words.emplace_back("--interactive");
    if (ask.read_only) words.emplace_back("--read-only");
    for (const auto& variable : ask.env) add("--env", variable);
    // Docker hands on no annotation of its user.
    const bool annotated = ask.by_annotation && id() == podman;
    if (ask.kind == guest && annotated) add("--annotation", "org.runphi.guest=linux");
    if (ask.kind == guest && !annotated) add("--env", "LINUX=1");
    if (ask.kind == inmate) add("--env", text("INMATE=/boot/", ask.program, ".elf"));
    add("--workdir", ask.workdir);
    add("--cpus", ask.cpus);
    if (ask.memory_mib != 0) add("--memory", text(ask.memory_mib, "m"));
    for (const auto& bind : ask.binds) {
        add("--volume", text(bind.source, ":", bind.target, bind.read_only ? ":ro" : ""));
    }
    words.insert(words.end(), ask.more.begin(), ask.more.end());
    words.emplace_back(ask.kind == inmate ? inmate_image : box_image);
    words.insert(words.end(), ask.command.begin(), ask.command.end());
    return words;
}

std::vector<std::string> Engine::exec(const std::string& name,
                                      const std::vector<std::string>& options,
                                      const std::vector<std::string>& command) const {
    std::vector<std::string> words{"exec"};
    words.insert(words.end(), options.begin(), options.end());
    words.push_back(name);
    words.insert(words.end(), command.begin(), command.end());
    return words;
}

std::vector<std::string> Engine::operation(const std::string& verb, const std::string& name) const {
    if (verb == "stats") return {"stats", "--no-stream", name};
    if (verb == "rm") return {"rm", "--force", name};
    if (verb == "checkpoint" && id() == docker) return {"checkpoint", "create", name, "one"};
    if (verb == "checkpoint") return {"container", "checkpoint", name};
    return {verb, name};
}

std::string Engine::status(const std::string& name) const {
    const Result asked =
        call({"inspect", "--type", "container", "--format", "{{.State.Status}}", name});
    return asked.status == 0 ? asked.out.substr(0, asked.out.find('\n')) : "";
}

void Engine::import_images(const std::vector<std::string>& images) const {
    for (const auto& image : images) {
        const Result done = call({"load", "--input", image});
        if (done.status != 0) throw std::runtime_error("load " + image + ": " + done.err);
    }
}

}  // namespace phi::test

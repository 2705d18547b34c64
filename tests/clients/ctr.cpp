// SPDX-License-Identifier: Apache-2.0
// ctr, containerd's own client.
#include <stdexcept>

#include "client.hpp"
#include "containerd.hpp"
#include "core/base/text.hpp"
#include "images.hpp"

namespace phi::test {

namespace {

class Ctr : public CommandLine {
  public:
    Ctr(const Place& place, const std::string& runtime, const std::vector<std::string>& images)
        : CommandLine(place), runtime_(runtime) {
        program_ = {"/usr/bin/ctr", "--address", containerd_socket};
        environment_ = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
        start_daemon("containerd", prepare_containerd(place));
        await_answer({"version"});
        for (const auto& image : images) {
            const Result done = call({"images", "import", "--snapshotter", "native", image});
            if (done.status != 0) throw std::runtime_error("import " + image + ": " + done.err);
        }
    }

    ClientId id() const override { return ctr; }

    std::vector<std::string> run(const Ask& ask) const override {
        std::vector<std::string> words{
            "run",    "--runc-binary", ask.kind == vanilla ? stock_runc : runtime_, "--snapshotter",
            "native", "--cgroup",      text(place_.cgroup, "/", ask.name)};
        const auto add = [&](const char* option, const std::string& value) {
            if (!value.empty()) words.insert(words.end(), {option, value});
        };
        if (!ask.detach && !ask.keep) words.emplace_back("--rm");
        if (ask.detach) words.emplace_back("--detach");
        if (ask.tty) words.emplace_back("--tty");
        if (ask.read_only) words.emplace_back("--read-only");
        for (const auto& variable : ask.env) add("--env", variable);
        if (ask.kind == guest && ask.by_annotation) add("--annotation", "org.runphi.guest=linux");
        if (ask.kind == guest && !ask.by_annotation) add("--env", "LINUX=1");
        if (ask.kind == inmate) add("--env", text("INMATE=/boot/", ask.program, ".elf"));
        add("--cwd", ask.workdir);
        add("--cpus", ask.cpus);
        if (ask.memory_mib != 0) add("--memory-limit", text(std::uint64_t{ask.memory_mib} << 20));
        for (const auto& bind : ask.binds) {
            add("--mount", text("type=bind,src=", bind.source, ",dst=", bind.target,
                                ",options=rbind:", bind.read_only ? "ro" : "rw"));
        }
        words.insert(words.end(), ask.more.begin(), ask.more.end());
        words.emplace_back(ask.kind == inmate ? inmate_image : box_image);
        words.push_back(ask.name);
        words.insert(words.end(), ask.command.begin(), ask.command.end());
        return words;
    }

    std::vector<std::string> exec(const std::string& name, const std::vector<std::string>& options,
                                  const std::vector<std::string>& command) const override {
        static int number = 0;
        std::vector<std::string> words{"tasks", "exec", "--exec-id", text("e", ++number)};
        for (const auto& option : options) {
            if (option == "-i") continue;  // it always holds standard input
            words.push_back(option == "--workdir" ? "--cwd" : option);
        }
        words.push_back(name);
        words.insert(words.end(), command.begin(), command.end());
        return words;
    }

    std::vector<std::string> operation(const std::string& verb,
                                       const std::string& name) const override {
        if (verb == "unpause") return {"tasks", "resume", name};
        if (verb == "top") return {"tasks", "ps", name};
        if (verb == "stats") return {"tasks", "metrics", name};
        if (verb == "inspect") return {"containers", "info", name};
        if (verb == "checkpoint") {
            return {"tasks", "checkpoint", "--image-path", place_.dir + "/image", name};
        }
        if (verb == "rm") return {"tasks", "delete", "--force", name};
        return {"tasks", verb, name};
    }

    std::string status(const std::string& name) const override {
        const Result list = call({"tasks", "ls"});
        for (const auto line : split(list.out, '\n')) {
            if (line.substr(0, line.find(' ')) != name) continue;
            const std::string word(line.substr(line.rfind(' ') + 1));
            if (word == "RUNNING") return "running";
            if (word == "PAUSED") return "paused";
            if (word == "CREATED") return "created";
            return "exited";
        }
        return {};
    }

  private:
    std::string runtime_;
};

}  // namespace

std::unique_ptr<Client> start_ctr(const Place& place, const std::string& runtime,
                                  const std::vector<std::string>& images) {
    return std::make_unique<Ctr>(place, runtime, images);
}

}  // namespace phi::test

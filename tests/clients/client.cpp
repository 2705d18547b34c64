// SPDX-License-Identifier: Apache-2.0
#include "client.hpp"

#include <fcntl.h>

#include <filesystem>
#include <stdexcept>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "stage.hpp"

namespace phi::test {

namespace {

constexpr std::size_t tail_size = 600;

}  // namespace

std::vector<std::string> Client::argv(const std::vector<std::string>& words) const {
    auto all = program_;
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

Result Client::call(const std::vector<std::string>& words, const std::string& input) const {
    return run_program(argv(words), environment_, input);
}

void Client::start_daemon(const std::string& name, const std::vector<std::string>& argv) {
    const std::string log = text(place_.dir, "/", name, ".log");
    const UniqueFd out(::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600));
    SpawnRequest request{argv, environment_, {{out.get(), 1}, {out.get(), 2}}};
    request.die_with_parent = true;
    daemons_.push_back(spawn(request));
}

void Client::await_answer(const std::vector<std::string>& words) const {
    Result last;
    const bool there = Sandbox::eventually(
        [&] {
            last = call(words);
            return last.status == 0;
        },
        std::chrono::seconds(60));
    if (!there) throw std::runtime_error(text("no answer: ", last.err, "\n", log_tail()));
}

std::string Client::log_tail() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(place_.dir)) {
        if (entry.path().extension() != ".log") continue;
        const std::string log = read_text(entry.path());
        all += text(entry.path().filename().string(), ": ...",
                    log.size() > tail_size ? log.substr(log.size() - tail_size) : log, "\n");
    }
    return all;
}

std::unique_ptr<Scene> CommandLine::scene(Kind kind) {
    return std::make_unique<Stage>(*this, kind);
}

std::unique_ptr<Client> start_client(ClientId id, const Place& place, const std::string& runtime,
                                     const std::vector<std::string>& images) {
    switch (id) {
        case ctr:
            return start_ctr(place, runtime, images);
        case cri:
            return start_cri(place, runtime, images);
        case docker:
            return start_docker(place, runtime, images);
        case podman:
            break;
    }
    return start_podman(place, runtime, images);
}

}  // namespace phi::test

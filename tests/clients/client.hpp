// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/process.hpp"
#include "isolation.hpp"
#include "matrix.hpp"
#include "support/sandbox.hpp"

namespace phi::test {

struct BindMount {
    std::string source;
    std::string target;
    bool read_only = false;
};

// What a user asks a client to run.
struct Ask {
    Kind kind = vanilla;
    std::string name = {};
    std::vector<std::string> command = {};  // of processes; of inmates nothing is asked
    std::string program = "exit";           // of inmates: /boot/NAME.elf of the image
    bool detach = false;
    bool keep = false;    // not removed when it has ended
    bool create = false;  // made, not started
    bool tty = false;
    bool interactive = false;
    std::vector<std::string> env = {};  // NAME=value
    std::string workdir = {};
    unsigned memory_mib = 0;
    std::string cpus = {};
    bool read_only = false;
    std::string network = "none";
    bool by_annotation = false;  // a guest is asked for by annotation, not by its environment
    std::vector<BindMount> binds = {};
    std::vector<std::string> more = {};  // options in the client's own words
};

class Scene;

// One client, its daemons running in a place, and its private images.
class Client {
  public:
    explicit Client(const Place& place) : place_(place) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    virtual ~Client() = default;

    virtual ClientId id() const = 0;
    virtual std::unique_ptr<Scene> scene(Kind kind) = 0;

    // Runs the client's program.
    Result call(const std::vector<std::string>& words, const std::string& input = "") const;
    // For who runs it otherwise.
    std::vector<std::string> argv(const std::vector<std::string>& words) const;
    const std::vector<std::string>& environment() const { return environment_; }
    const Place& place() const { return place_; }
    std::string log_tail() const;

  protected:
    // Starts a daemon; it is killed when this process ends.
    void start_daemon(const std::string& name, const std::vector<std::string>& argv);
    // Asks until the client's words succeed.
    void await_answer(const std::vector<std::string>& words) const;

    Place place_;
    std::vector<std::string> program_;  // and what stands before all words
    std::vector<std::string> environment_;

  private:
    std::vector<Spawned> daemons_;
};

// A client whose user types words: one command makes a container and runs it.
class CommandLine : public Client {
  public:
    using Client::Client;

    // Words behind `run`, or whatever makes a container.
    virtual std::vector<std::string> run(const Ask& ask) const = 0;
    // Words that run COMMAND in a container; options in words that all clients share.
    virtual std::vector<std::string> exec(const std::string& name,
                                          const std::vector<std::string>& options,
                                          const std::vector<std::string>& command) const = 0;
    // Words of an operation by docker's name for it: pause, unpause, rm, top, stats, attach ...
    virtual std::vector<std::string> operation(const std::string& verb,
                                               const std::string& name) const = 0;
    // created, running, paused, exited; empty: there is none.
    virtual std::string status(const std::string& name) const = 0;

    std::unique_ptr<Scene> scene(Kind kind) final;
};

// Starts it, with `runtime` (a program that stands for runphi) beside stock runc, and the images
// imported.
std::unique_ptr<Client> start_client(ClientId id, const Place& place, const std::string& runtime,
                                     const std::vector<std::string>& images);

std::unique_ptr<Client> start_ctr(const Place& place, const std::string& runtime,
                                  const std::vector<std::string>& images);
std::unique_ptr<Client> start_cri(const Place& place, const std::string& runtime,
                                  const std::vector<std::string>& images);
std::unique_ptr<Client> start_docker(const Place& place, const std::string& runtime,
                                     const std::vector<std::string>& images);
std::unique_ptr<Client> start_podman(const Place& place, const std::string& runtime,
                                     const std::vector<std::string>& images);

inline constexpr const char* stock_runc = "/usr/sbin/runc";

}  // namespace phi::test

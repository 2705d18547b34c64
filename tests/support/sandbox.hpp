// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

// A node of its own below /tmp: settings, plugins, state, bundles. Nothing of the machine's own
// /run/runPHI or /etc/runphi is touched.
namespace phi::test {

struct Result {
    int status = -1;  // exit status, or 128 + signal
    std::string out;
    std::string err;
};

class Sandbox {
  public:
    // Copies the built plugin `backend` (and what lies beside it) into a folder that only root can
    // write, whoever owns the build tree; an empty name: the node has none. `settings` are further
    // members of runphi.json:
    // "\"select\": \"all\"". Without a "runc" there is none.
    explicit Sandbox(const std::string& backend, const std::string& settings = "");
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;
    ~Sandbox();

    const std::string& dir() const { return dir_; }
    std::string state_dir() const { return dir_ + "/state"; }
    std::string config() const { return dir_ + "/runphi.json"; }
    // A cgroupsPath of its own; remains() looks for it.
    std::string cgroup() const;
    // Writes runphi.json anew.
    void configure(const std::string& settings);

    // Runs the program with these arguments and only RUNPHI_CONFIG (and `env`) in its environment,
    // standard input from `input`. Killed, with status 128+9, after two minutes.
    Result run(const std::vector<std::string>& args, const std::string& input = "",
               const std::vector<std::string>& env = {}) const;
    // The argv and environment of such a run, for who starts it himself.
    std::vector<std::string> command(const std::vector<std::string>& args) const;
    std::vector<std::string> environment() const;

    // A bundle whose image is an inmate: `script` becomes /boot/inmate of its root file system.
    // `extra` are further members of config.json. Returns its path.
    std::string inmate_bundle(const std::string& name, const std::string& script,
                              const std::string& extra = "") const;
    // A bundle with this config.json and an empty root file system.
    std::string bundle(const std::string& name, const std::string& config) const;

    // What a container leaves if something went wrong: directories in the store, processes that
    // work below dir(), mounts below dir(), cgroup(). Empty when clean, else one
    // thing a line.
    std::string remains() const;
    // The mounts below dir() that this process sees, a line of mountinfo each. Other tests mount,
    // too.
    std::string mounts() const;
    // Waits for a condition, at most the given time; false when it did not come true. For what
    // another process does; never for speed. `pause` lies between two looks: longer where a look
    // costs a program's start.
    static bool eventually(const std::function<bool()>& condition,
                           std::chrono::seconds limit = std::chrono::seconds(30),
                           std::chrono::milliseconds pause = std::chrono::milliseconds(5));

  private:
    void install(const std::string& backend);

    std::string dir_;
    std::string backend_;
};

// The built program, and the one that it becomes for what it does not do itself.
std::string runphi_binary();
std::string core_binary();
std::string build_dir();
// Was it built with a sanitizer? Then memory figures say nothing.
bool sanitized();

void write_text(const std::string& path, const std::string& text, unsigned mode = 0644);
// The whole file; empty if it cannot be read.
std::string read_text(const std::string& path);

// Runs any program to its end.
Result run_program(const std::vector<std::string>& argv, const std::vector<std::string>& env = {},
                   const std::string& input = "");

}  // namespace phi::test

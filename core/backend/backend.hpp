// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/host.hpp"
#include "core/base/time.hpp"
#include "core/base/unique_fd.hpp"
#include "core/boot/choice.hpp"
#include "core/fs/rootfs.hpp"
#include "core/settings/settings.hpp"

// The adapter over a plugin's C tables: the rest of the core sees only this.
namespace phi::backend {

struct Probe {
    bool present = false;
    std::uint64_t capabilities = 0;  // RUNPHI_CAP_*
    std::string version;
    std::string reason;
};

enum class State { absent = 0, created = 1, running = 2, paused = 3, stopped = 4, failed = 5 };
const char* to_string(State state);

struct Status {
    State state = State::absent;
    bool has_exit = false;
    int exit_status = 0;
    std::string detail;
};

// One partition, as runphi_partition.
struct Partition {
    std::string name;
    std::string dir;  // the container's directory, absolute
    int dir_fd = -1;
    std::string handle;
    std::string plan;
};

struct Listed {
    std::string name;
    State state;
};

enum class Stage { begin, cpu, mem, dev, net, comm, boot, end };
const char* to_string(Stage stage);

// A loaded plugin. Every call throws phi::Error with the plugin's message and hint. A call that
// needs a capability or an optional interface which is not there throws Error(unsupported) naming
// both.
class Backend {
  public:
    // Loads the plugin of this id from settings.backends_dir: manifest, trust, dlopen, entry,
    // interfaces.
    static std::unique_ptr<Backend> load(const std::string& id, const Settings& settings);
    // The configured backend, else the first candidate of detect/ whose probe says it is present.
    static std::unique_ptr<Backend> select(const Settings& settings);
    ~Backend();

    const std::string& id() const;
    const std::string& version() const;
    const std::string& vendor() const;
    // The probe's answer, asked once.
    const Probe& probe() const;
    bool can(std::uint64_t capability) const { return (probe().capabilities & capability) != 0; }
    bool has(const char* interface_name) const;

    // Where open_rootfs of the host looks; nullptr: nowhere.
    void set_rootfs(const Rootfs* rootfs);
    // The mount namespace for what the host's spawn runs with shares; borrowed; -1: there is none.
    void set_shares(int mount_namespace);
    // Who plans for tool(): what plan_bundle of the host calls.
    void set_planner(BundlePlanner planner);
    // Not asked of this machine: what is planned is for another one, which has these.
    void assume(std::uint64_t capabilities);
    // What remaining_ms tells, from now on.
    void set_deadline(Deadline deadline);

    std::string inventory() const;
    // The stage's part, JSON, or empty.
    std::string plan_stage(Stage stage, const std::string& board, const std::string& plan,
                           const std::vector<boot::Image>& images) const;

    std::string create(const Partition& partition, const std::vector<boot::Image>& images) const;
    void start(const Partition& partition) const;
    void stop(const Partition& partition) const;
    void pause(const Partition& partition) const;
    void resume(const Partition& partition) const;
    void kill(const Partition& partition) const;
    void destroy(const Partition& partition) const;
    Status query(const Partition& partition) const;
    UniqueFd wait(const Partition& partition) const;
    Status event(const Partition& partition, int fd) const;
    std::vector<Listed> list() const;
    void mount(const Partition& partition) const;    // nothing if the plugin has none
    void unmount(const Partition& partition) const;  // the same
    UniqueFd console(const Partition& partition) const;
    UniqueFd agent(const Partition& partition) const;
    UniqueFd sessions(const Partition& partition) const;
    std::string stats(const Partition& partition) const;
    // Makes the partition, which was made by partition.plan, what the new plan says. Returns the
    // new handle; empty: the one that it has.
    std::string update(const Partition& partition, const std::string& plan) const;
    int tool(const std::vector<std::string>& args) const;

  private:
    struct Loaded;
    explicit Backend(std::unique_ptr<Loaded> loaded);
    std::unique_ptr<Loaded> loaded_;
};

}  // namespace phi::backend

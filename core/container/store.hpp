// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/unique_fd.hpp"
#include "core/container/record.hpp"
#include "core/fs/lock.hpp"
#include "core/settings/settings.hpp"

// The containers under /run/runPHI. Names of our own there begin with '@', which no container id
// contains.
//   ID/             containers of the default --root
//   @HASH/ID/       containers of another --root
//   @ledger.lock    taken while grants are read and given
//   @cache/         facts of the backends that hold until the next boot
namespace phi::container {

// One container's directory, opened. With `lock`, nobody else changes it meanwhile.
struct Container {
    std::string dir;  // absolute
    UniqueFd dir_fd;
    std::optional<Lock> lock;
    Record record;

    // Writes state.json.
    void save() const;
    // created, running or paused while its monitor lives; else stopped. `creating` while its owner
    // lives. As recorded, but for a record in doubt: then the backend is loaded and asked.
    Status status(const Settings& settings) const;
    // The same; nullopt for a record in doubt.
    std::optional<Status> recorded_status() const;
    // The monitor's pid, or 0 when it is not alive.
    pid_t pid() const;
    // Left by a command that died half-way, or by an earlier boot.
    bool abandoned() const;
    // Records the change of status that `effect` makes on the backend: in doubt before, settled
    // after.
    void change(Status to, const std::function<void()>& effect);
    // Its file, or empty if absent.
    std::string read(const std::string& name) const;
    // The exit status that the monitor left.
    std::optional<int> exit_status() const;
};

// The file in its directory that has the record.
inline constexpr const char* state_file = "state.json";

// The container as OCI clients see it.
oci::State oci_state(const Container& container, const Settings& settings);
// The same where its directory tells it all; nullopt where somebody else has to be asked: the
// backend for a record in doubt, the name services for an owner that is not root.
std::optional<oci::State> recorded_state(const Container& container);
// The same for whoever has asked. `owner` is a user's name.
oci::State oci_state(const Container& container, Status status, const std::string& owner);

class Store {
  public:
    Store(const Settings& settings, const std::string& root);

    // mkdir, exclusively; locked; state `creating` with this process as the owner is on disk when
    // it returns. Throws "container with given ID already exists". A half-made directory of a dead
    // owner is cleared away first.
    Container create(Record record) const;
    // Throws runc's "container does not exist". With `lock`, waits for whoever works on it, at most
    // as long as the deadline says.
    Container open(const std::string& id) const;
    Container open_locked(const std::string& id, Deadline deadline) const;
    // For delete --force: also a directory without a readable state.json; nullopt if there is none.
    std::optional<Container> open_remains(const std::string& id, Deadline deadline) const;
    bool has(const std::string& id) const;
    // The ids, sorted.
    std::vector<std::string> ids() const;
    const Settings& settings() const { return settings_; }

  private:
    std::optional<Container> find(const std::string& id) const;
    // One try to make and lock the directory; nullopt: try again.
    std::optional<Container> claim(int store_fd, const std::string& id) const;
    // Clears away what a dead owner left under this id; throws if a living container has it.
    void clear_abandoned(const std::string& id) const;
    Settings settings_;
    std::string root_;
    std::string dir_;
};

// The store directories of every --root in use on this machine.
std::vector<std::string> all_store_dirs(const Settings& settings);
// A container directory of one of them, unlocked; nullopt if it has no readable state.json.
std::optional<Container> open_at(const std::string& store_dir, const std::string& id);

// The same with the lock, and also without a readable state.json; nullopt if there is no directory.
// Throws Error(busy) when somebody holds the lock until the deadline.
std::optional<Container> open_remains_at(const std::string& store_dir, const std::string& id,
                                         Deadline deadline);
// The ids in a store directory, sorted.
std::vector<std::string> ids_in(const std::string& store_dir);

}  // namespace phi::container

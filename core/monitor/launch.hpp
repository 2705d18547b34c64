// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/backend/backend.hpp"
#include "core/base/process.hpp"
#include "core/boot/choice.hpp"
#include "core/boot/engine_file.hpp"
#include "core/boot/shared_bind.hpp"
#include "core/container/store.hpp"
#include "core/fs/rootfs.hpp"
#include "core/monitor/cgroup.hpp"
#include "core/monitor/sync.hpp"
#include "core/oci/spec.hpp"
#include "core/plan/network.hpp"

namespace phi::monitor {

// All that the monitor needs, gathered by create before the fork. Owns every descriptor that the
// monitor must let go of once the partition is made: the root file system could not be unmounted
// otherwise.
struct Launch {
    const oci::Spec& spec;
    const container::Container& container;
    backend::Backend& backend;
    boot::Kind kind;
    plan::NetworkMode network;
    std::vector<boot::Image> images;
    std::vector<boot::SharedBind> shared;  // what the guest shares with the host
    std::vector<boot::EngineFile> engine_files;
    Rootfs rootfs;
    UniqueFd bundle;         // its directory
    std::string state_json;  // for the createContainer hooks
    std::vector<CgroupMount> cgroup_mounts;
    std::string cgroup;              // path below each hierarchy; empty: stay in the caller's
    UniqueFd console_socket;         // connected; empty: the container's stdio is ours
    unsigned stop_timeout_s = 30;    // a guest that was asked to shut down has this long
    unsigned unasked_timeout_s = 0;  // and one that nobody can ask, to end by itself
    std::vector<std::string> resolvers = {};  // give_network() finds them
};

// create's side of a monitor that it has started.
class Launched {
  public:
    Launched(ProcessId id, Sync sync) : id_(id), sync_(std::move(sync)) {}

    const ProcessId& id() const { return id_; }
    // Called when its pid is on record: lets it join its cgroup and namespaces, and waits until it
    // has.
    void begin() {
        sync_.say(Word::begin);
        await(Word::ready);
    }
    // Lets it make the partition, and waits until it has.
    void make_partition() {
        sync_.say(Word::go);
        await(Word::created);
    }
    // The container is recorded: the monitor goes on without us.
    void commit() { sync_.say(Word::commit); }

  private:
    void await(Word word);
    ProcessId id_;
    Sync sync_;
};

// Forks the monitor. It does nothing before begin, and nothing that outlives it before
// make_partition.
Launched launch(Launch what);

}  // namespace phi::monitor

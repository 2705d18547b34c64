// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/network.hpp"

#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/monitor/initrd.hpp"
#include "core/network/guest_records.hpp"
#include "core/network/namespace.hpp"
#include "core/network/read.hpp"
#include "core/network/resolvers.hpp"

namespace phi::monitor {

namespace {

// This process's, under a name that others can open: the engine's path outlives us.
network::Namespace own_namespace(const oci::Spec& spec) {
    auto own = network::namespace_at("/proc/self/ns/net");
    if (!own) throw os_error("stat /proc/self/ns/net");
    own->path = text("/proc/", ::getpid(), "/ns/net");
    for (const auto& one : spec.namespaces) {
        if (one.type != "network" || one.path.empty()) continue;
        const auto named = network::namespace_at(one.path);
        if (named && named->same(*own)) own->path = one.path;
    }
    return *own;
}

// Planning has refused it; but the path may lead elsewhere by now, and nothing of the host's
// network may ever come to a guest.
void check_not_the_hosts(const network::Namespace& own) {
    for (const pid_t pid : {pid_t{1}, ::getppid()}) {
        const auto host = network::namespace_at(text("/proc/", pid, "/ns/net"));
        if (host && host->same(own)) {
            throw Error(Code::denied, "the container's network namespace is the host's");
        }
    }
}

// Only the engine's own file is believed, not the image's.
std::vector<std::string> find_resolvers(const std::vector<boot::EngineFile>& engine_files) {
    for (const auto& file : engine_files) {
        if (file.destination != "/etc/resolv.conf") continue;
        return network::loopback_resolvers(boot::read_engine_file(file));
    }
    return {};
}

}  // namespace

void give_network(Launch& launch) {
    if (launch.network != plan::NetworkMode::container) return;
    plan::MadeNetwork made;
    made.where = own_namespace(launch.spec);
    check_not_the_hosts(made.where);
    made.interfaces = network::read_interfaces();
    if (made.interfaces.empty()) return;
    made.resolvers = find_resolvers(launch.engine_files);
    add_to_initrd(launch, "network", network::guest_records(made.interfaces, made.resolvers));
    launch.resolvers = made.resolvers;
    const std::string file = container::plan_file(launch.container.record);
    write_atomic(launch.container.dir_fd.get(), file,
                 plan::with_network(launch.container.read(file), made));
}

}  // namespace phi::monitor

// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/network.hpp"

#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/initramfs.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"
#include "core/network/guest_records.hpp"
#include "core/network/namespace.hpp"
#include "core/network/read.hpp"

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

boot::Image* made_initrd(std::vector<boot::Image>& images) {
    for (auto& image : images) {
        if (image.role == "initrd" && image.path.empty()) return &image;
    }
    return nullptr;
}

std::uint64_t append_records(boot::Image& initrd,
                             const std::vector<network::Interface>& interfaces) {
    boot::append_own_file(initrd.fd.get(), "network", network::guest_records(interfaces));
    initrd.length = static_cast<std::uint64_t>(::lseek(initrd.fd.get(), 0, SEEK_END));
    return initrd.length;
}

}  // namespace

void give_network(Launch& launch) {
    if (launch.network != plan::NetworkMode::container) return;
    const network::Namespace own = own_namespace(launch.spec);
    check_not_the_hosts(own);
    const auto interfaces = network::read_interfaces();
    if (interfaces.empty()) return;
    boot::Image* initrd = made_initrd(launch.images);
    const std::uint64_t length = initrd != nullptr ? append_records(*initrd, interfaces) : 0;
    const std::string file = container::plan_file(launch.container.record);
    write_atomic(launch.container.dir_fd.get(), file,
                 plan::with_network(launch.container.read(file), own, interfaces, length));
}

void seal_initrd(Launch& launch) {
    if (const boot::Image* initrd = made_initrd(launch.images)) {
        boot::seal_initramfs(initrd->fd.get());
    }
}

}  // namespace phi::monitor

// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "../common/disk.hpp"
#include "backend.hpp"
#include "boot.hpp"
#include "cpu.hpp"
#include "disk.hpp"
#include "ended.hpp"
#include "files.hpp"
#include "kernel_parameters.hpp"
#include "kvm.hpp"
#include "machine.hpp"
#include "mem.hpp"
#include "network.hpp"
#include "pin.hpp"
#include "process.hpp"
#include "qmp.hpp"
#include "share.hpp"
#include "socket.hpp"
#include "tsc.hpp"

namespace runphi::qemu {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t log_max = 1U << 20;

Launch launch_of(const sdk::Host& host, const sdk::Plan& plan, const std::string& name,
                 Deadline deadline) {
    const MachinePart machine = read_machine(plan);
    const MemPart memory = read_memory(plan);
    Launch launch;
    launch.emulator = machine.emulator;
    launch.name = mark_of(name);
    launch.arch = plan.arch;
    launch.machine = machine.machine;
    launch.vcpus = read_cpus(plan).vcpus;
    launch.memory = memory.bytes;
    launch.prealloc = memory.prealloc;
    launch.serial_card = serial_ports(plan.arch, plan.kind).on_one_card;
    launch.sessions = plan.kind == "linux";
    for (const sdk::NetworkInterface& one : plan.interfaces) {
        launch.networks.push_back({one.mac, one.mtu});
    }
    if (const auto share = read_share(plan)) launch.share_tag = share->tag;
    launch.kvm = use_kvm(host, machine.accelerator, plan.arch, machine.emulator, deadline);
    return launch;
}

std::string lines(const std::vector<std::string>& argv) {
    std::string out;
    for (const std::string& one : argv) out += one + "\n";
    return out;
}

// What a guest makes QEMU print must not fill /run: a file that grows past the limit ends QEMU. The
// limit is one for all files of a process, and the guest's disk must be able to grow to its size.
// So the log of a partition with a disk begins behind a hole, so far from zero that the same limit
// leaves it the same room.
std::uint64_t log_begin(const sdk::Plan& plan, const std::vector<sdk::Image>& images) {
    const sdk::PlannedImage* disk = common::planned_disk(plan);
    if (disk == nullptr || !disk->writable) return 0;
    const std::uint64_t largest = largest_file(*disk, *find_image(images, "disk"));
    return (largest + log_max - 1) / log_max * log_max;
}

// Not before QEMU has made its files, of which the guest's memory may be one; the guest does not
// run yet.
void bound_files(int pid, std::uint64_t limit) {
    const rlimit size{limit, limit}, none{0, 0};
    if (::prlimit(pid, RLIMIT_FSIZE, &size, nullptr) != 0 ||
        ::prlimit(pid, RLIMIT_CORE, &none, nullptr) != 0) {
        throw sdk::os_error("limit the size of QEMU's files");
    }
}

// QEMU's own words, the last of them, for an error's message.
std::string last_words(int dir_fd) {
    std::string text = read_tail_at(dir_fd, log_file, 600);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ';');
    return text.empty() ? "it ended without a word" : text;
}

struct Listeners {
    Listeners(int dir, bool with_sessions)
        : qmp(listen_at(dir, qmp_socket)),
          events(listen_at(dir, events_socket)),
          console(listen_at(dir, console_socket)),
          agent(listen_at(dir, agent_socket)),
          sessions(with_sessions ? listen_at(dir, sessions_socket) : UniqueFd()) {}
    UniqueFd qmp, events, console, agent, sessions;
};

sdk::Process spawn(const sdk::Host& host, const sdk::Partition& partition, const std::string& id,
                   const Launch& launch, const BootFiles& files, std::uint64_t log_begins,
                   const Share& share) {
    const Listeners listeners(partition.dir_fd, launch.sessions);
    const UniqueFd log = create_file_at(partition.dir_fd, log_file);
    if (::ftruncate(log.get(), static_cast<off_t>(log_begins)) != 0) {
        throw sdk::os_error(std::string("resize ") + log_file);
    }
    sdk::SpawnRequest request;
    request.argv = command_line(launch);
    request.cwd_fd = partition.dir_fd;
    request.fds = files.map;
    request.fds.push_back({log.get(), 1});
    request.fds.push_back({log.get(), 2});
    request.fds.push_back({listeners.qmp.get(), child_fd::qmp});
    request.fds.push_back({listeners.events.get(), child_fd::events});
    request.fds.push_back({listeners.console.get(), child_fd::console});
    request.fds.push_back({listeners.agent.get(), child_fd::agent});
    if (launch.sessions) request.fds.push_back({listeners.sessions.get(), child_fd::sessions});
    if (share.connection) request.fds.push_back({share.connection.get(), child_fd::share});
    const std::string name = arguments_file(id);
    write_all(create_file_at(partition.dir_fd, name.c_str()).get(), lines(request.argv), name);
    // Our copies of the listening sockets are closed on return: when QEMU dies, nobody listens.
    return host.spawn(request);
}

// Until QEMU answers. It talks to who serves its share first.
void settle(const sdk::Partition& partition, Handle& made, const CpuPart& cpus,
            std::uint64_t file_limit, Deadline deadline) {
    try {
        Qmp qmp = Qmp::connect(partition.dir_fd, qmp_socket, deadline);
        bound_files(made.qemu.pid, file_limit);
        if (!made.share.empty()) made.share = share_processes(partition);
        if (!cpus.pinned_to.empty()) pin_cpus(qmp, made, cpus, deadline);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        const std::string words = share_words(partition.dir_fd);
        throw Error(Code::hypervisor, "QEMU did not start: " + last_words(partition.dir_fd) +
                                          (words.empty() ? "" : "; virtiofsd: " + words));
    }
}

}  // namespace

std::string QemuBackend::create(const sdk::Host& host, const sdk::Partition& partition,
                                const std::vector<sdk::Image>& images) {
    const Deadline deadline = Deadline::of(host, 60s);
    const sdk::Plan plan(partition.plan);
    remove_partition(host, partition);
    Launch launch = launch_of(host, plan, partition.name, deadline);
    BootFiles files = prepare_boot(plan, images, launch);
    if (plan.kind == "linux" && plan.arch == "x86_64" && !launch.kvm) {
        launch.cmdline += emulated_x86_parameters(guest_tsc_khz(Cache(host)));
    }
    if (plan.kind == "linux" && !launch.networks.empty()) {
        launch.cmdline += network_parameters(launch.machine);
    }
    check_images_fit(images, launch.memory);
    const std::vector<UniqueFd> taps = join_network(plan, partition.name, deadline);
    for (std::size_t i = 0; i < taps.size(); ++i) {
        files.map.push_back({taps[i].get(), child_fd::network + static_cast<int>(i)});
    }
    const std::uint64_t log_begins = log_begin(plan, images);
    Handle made;
    try {
        Share share;
        if (const auto part = read_share(plan)) {
            share = start_share(host, partition, *part);
            made.share = {share.process};
        }
        const sdk::Process qemu = spawn(host, partition, plan.id, launch, files, log_begins, share);
        made.qemu = {qemu.pid, qemu.start_time};
        share.connection.reset();
        settle(partition, made, read_cpus(plan), log_begins + log_max, deadline);
    } catch (...) {
        remove_partition(host, partition);
        throw;
    }
    return write_handle(made);
}

}  // namespace runphi::qemu

// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <runphi/sdk.hpp>

#include "fake/faults.hpp"
#include "fake/machine.hpp"
#include "fake/script.hpp"

namespace fake {

using namespace runphi::sdk;

namespace {

constexpr std::uint64_t all_capabilities =
    RUNPHI_CAP_DYNAMIC_CREATE | RUNPHI_CAP_FORCED_STOP | RUNPHI_CAP_PAUSE | RUNPHI_CAP_EXIT_STATUS |
    RUNPHI_CAP_CONSOLE | RUNPHI_CAP_AGENT | RUNPHI_CAP_LINUX | RUNPHI_CAP_MOUNT | RUNPHI_CAP_STATS |
    RUNPHI_CAP_UPDATE | RUNPHI_CAP_SHARE;

const Image& program_of(const std::vector<Image>& images) {
    for (const Image& image : images) {
        if (image.role == "inmate" || image.role == "kernel") return image;
    }
    throw Error(Code::invalid, "there is neither an inmate nor a kernel to run");
}

void write_cpus(const Partition& partition, const std::vector<std::uint64_t>& cpus) {
    std::string list;
    for (const std::uint64_t cpu : cpus) list += std::to_string(cpu) + "\n";
    const UniqueFd file(
        ::openat(partition.dir_fd, cpus_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file || ::write(file.get(), list.data(), list.size()) < 0) {
        throw os_error("write " + partition.dir + "/" + cpus_file);
    }
}

Process require(const Host& host, const Partition& partition) {
    auto process = find(host, partition);
    if (!process) throw Error(Code::not_found, "partition " + partition.name + " does not exist");
    return *process;
}

void remove_sockets(const Partition& partition) {
    for (const char* name : {control_socket, console_socket, agent_socket, cpus_file}) {
        if (::unlinkat(partition.dir_fd, name, 0) != 0 && errno != ENOENT && errno != EBADF) {
            throw os_error("remove " + partition.dir + "/" + name);
        }
    }
}

}  // namespace

class FakeBackend : public Backend {
  public:
    static constexpr std::string_view id = "fake";
    static constexpr std::string_view version = "1.0";
    static constexpr std::string_view vendor = "runPHI";

    Probe probe(const Host& host) override {
        injected(host, "probe");
        const Settings settings = read_settings(host);
        return {settings.present, settings.capabilities.value_or(all_capabilities), "1.0",
                settings.present ? "the fake hypervisor is always there"
                                 : "the settings say that it is not there"};
    }
    std::string inventory(const Host& host) override {
        injected(host, "inventory");
        return read_settings(host).board;
    }

    std::string begin(const Host& host, const Planning&) override { return stage(host, "begin"); }
    std::string cpu(const Host& host, const Planning&) override { return stage(host, "cpu"); }
    std::string mem(const Host& host, const Planning&) override { return stage(host, "mem"); }
    std::string dev(const Host& host, const Planning&) override { return stage(host, "dev"); }
    std::string net(const Host& host, const Planning&) override { return stage(host, "net"); }
    std::string comm(const Host& host, const Planning&) override { return stage(host, "comm"); }
    std::string boot(const Host& host, const Planning& planning) override {
        injected(host, "boot");
        const Image& image = program_of(planning.images);
        const auto script = parse_script(read_script(image.fd, image.role), image.role);
        return JsonWriter()
            .object()
            .field("script", image.role)
            .field("instructions", script.size())
            .end_object()
            .text();
    }
    std::string end(const Host& host, const Planning& planning) override {
        injected(host, "end");
        const Plan plan(planning.plan);
        if (plan.memory.empty()) throw Error(Code::invalid, "the plan grants no memory");
        return {};
    }

    std::string create(const Host& host, const Partition& partition,
                       const std::vector<Image>& images) override {
        injected(host, "create");
        const Settings settings = read_settings(host);
        if (const auto half_made = find(host, partition)) end_process(host, half_made->id);
        const UniqueFd control = listen_at(partition.dir_fd, control_socket, SOCK_SEQPACKET);
        const UniqueFd console = listen_at(partition.dir_fd, console_socket, SOCK_STREAM);
        const UniqueFd agent = listen_at(partition.dir_fd, agent_socket, SOCK_STREAM);
        SpawnRequest request;
        const Plan plan(partition.plan);
        request.argv = {settings.program, partition.name, std::string(host.cache_dir()), plan.kind};
        if (!plan.shares.empty()) {
            request.env = {std::string(share_variable) + "=" + plan.shares.front().dir};
            request.with_shares = true;
        }
        request.fds = {{program_of(images).fd, script_fd},
                       {control.get(), control_fd},
                       {console.get(), console_fd},
                       {agent.get(), agent_fd}};
        request.cwd_fd = partition.dir_fd;
        const auto process = host.spawn(request);
        injected(host, "create.late");
        return write_handle(process);
    }
    void start(const Host& host, const Partition& partition) override {
        injected(host, "start");
        ask(host, require(host, partition), "start");
    }
    void stop(const Host& host, const Partition& partition) override {
        injected(host, "stop");
        ask(host, require(host, partition), "stop");
    }
    void pause(const Host& host, const Partition& partition) override {
        injected(host, "pause");
        ask(host, require(host, partition), "pause");
    }
    void resume(const Host& host, const Partition& partition) override {
        injected(host, "resume");
        ask(host, require(host, partition), "resume");
    }
    void kill(const Host& host, const Partition& partition) override {
        injected(host, "kill");
        if (const auto process = find(host, partition)) end_process(host, process->id);
    }
    void destroy(const Host& host, const Partition& partition) override {
        injected(host, "destroy");
        if (const auto process = find(host, partition)) end_process(host, process->id);
        remove_sockets(partition);
    }
    Query query(const Host& host, const Partition& partition) override {
        injected(host, "query");
        return look(host, partition);
    }
    UniqueFd wait(const Host& host, const Partition& partition) override {
        injected(host, "wait");
        UniqueFd fd = connect_to(require(host, partition), control_socket, SOCK_SEQPACKET);
        static constexpr std::string_view request = "watch";
        if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
            throw os_error("watch partition " + partition.name);
        }
        return fd;
    }
    Query event(const Host& host, const Partition& partition, int fd) override {
        injected(host, "event");
        char packet[512];
        while (::recv(fd, packet, sizeof packet, MSG_DONTWAIT) > 0) {
        }
        return look(host, partition);
    }
    std::vector<Listed> list(const Host& host) override {
        injected(host, "list");
        std::vector<Listed> out;
        for (const fake::Process& process : find_all(host)) {
            try {
                out.push_back({process.name, ask(host, process, "query").state});
            } catch (const Error&) {
                // It is there and cannot be controlled; whoever recovers must know its name.
                out.push_back({process.name, State::failed});
            }
        }
        return out;
    }
    void mount(const Host& host, const Partition&) override { injected(host, "mount"); }
    void unmount(const Host& host, const Partition&) override { injected(host, "unmount"); }

    UniqueFd console(const Host& host, const Partition& partition) override {
        injected(host, "console");
        return connect_to(require(host, partition), console_socket, SOCK_STREAM);
    }
    UniqueFd agent(const Host& host, const Partition& partition) override {
        injected(host, "agent");
        return connect_to(require(host, partition), agent_socket, SOCK_STREAM);
    }

    std::string stats(const Host& host, const Partition& partition) override {
        injected(host, "stats");
        require(host, partition);
        return read_settings(host).stats;
    }
    // A fake partition is on the CPUs that its file says.
    std::string update(const Host& host, const Partition& partition,
                       std::string_view plan) override {
        injected(host, "update");
        require(host, partition);
        const Plan before(partition.plan);
        const Plan after(plan);
        if (after.cpu_count != before.cpu_count || after.memory_size() != before.memory_size()) {
            throw Error(Code::unsupported, "a fake partition cannot grow");
        }
        write_cpus(partition, after.cpus);
        injected(host, "update.late");
        return {};
    }

  private:
    using Process = fake::Process;

    static std::string stage(const Host& host, const char* name) {
        injected(host, name);
        return {};
    }
    static Query look(const Host& host, const Partition& partition) {
        const auto process = find(host, partition);
        return process ? ask(host, *process, "query") : Query{State::absent, std::nullopt, "gone"};
    }
};

}  // namespace fake

RUNPHI_EXPORT_BACKEND(fake::FakeBackend);

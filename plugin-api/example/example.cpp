// SPDX-License-Identifier: Apache-2.0
// A whole backend in one file. Its hypervisor is the host's kernel, and a partition is one process:
// sed(1), which waits for a line on its standard input and then copies the inmate, a text, to its
// console. That is enough to hold every rule of the contract; a real backend does the same with a
// hypervisor in the place of sed.
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <runphi/sdk.hpp>

using namespace runphi::sdk;

namespace {

// Descriptors of the partition's process. It holds both ends of its lines, so that they live
// exactly as long as it does; whoever wants the far end takes a copy.
constexpr int inmate_fd = 3;
constexpr int gate_fd = 4;     // far end of standard input
constexpr int console_fd = 5;  // far end of standard output

struct Line {
    UniqueFd near, far;
};

Line make_line() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw os_error("socketpair");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Empty if the process has ended.
UniqueFd descriptor_if_alive(const ProcessId& process, int number) {
    const UniqueFd pidfd = open_process(process);
    if (!pidfd) return {};
    UniqueFd copy(static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd.get(), number, 0)));
    if (!copy && errno != ESRCH) {
        throw os_error("copy a descriptor of process " + std::to_string(process.pid));
    }
    return copy;
}

UniqueFd copy_descriptor(const ProcessId& process, int number) {
    UniqueFd copy = descriptor_if_alive(process, number);
    if (!copy) throw Error(Code::not_found, "the partition's process has ended");
    return copy;
}

// In the environment of each of our processes: how one is found whose handle is lost. The cache
// folder belongs to one state folder of runPHI, of which a machine may have several.
std::string mark(const Host& host) {
    return "RUNPHI_EXAMPLE=" + std::string(host.cache_dir()) + ":";
}

// The name of the partition that the process is; empty if it is none of ours.
std::string name_of(const ProcessId& process, const std::string& mark) {
    const auto environment = process_environment(process.pid);
    if (environment.empty() || environment[0].rfind(mark, 0) != 0) return {};
    return environment[0].substr(mark.size());
}

ProcessId find(const Host& host, const Partition& partition) {
    if (!partition.handle.empty()) {
        const JsonDocument handle(partition.handle, "handle");
        return {static_cast<int>(handle.root().at("pid").u64(1, INT32_MAX)),
                handle.root().at("start_time").u64()};
    }
    for (const ProcessId& process : running_processes()) {
        if (name_of(process, mark(host)) == partition.name) return process;
    }
    return {};
}

// Starting it sends a line and then the end of its input; until then there is nothing to peek at.
bool started(const ProcessId& process) {
    char peeked = 0;
    const UniqueFd input = descriptor_if_alive(process, 0);
    if (!input) return true;  // it has ended meanwhile
    return ::recv(input.get(), &peeked, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

State state_of(const ProcessId& process, const ProcessStat& stat) {
    if (!stat.ended()) return started(process) ? State::running : State::created;
    const bool by_its_own_fault =
        WIFSIGNALED(stat.exit_code) && WTERMSIG(stat.exit_code) != SIGKILL;
    return by_its_own_fault ? State::failed : State::stopped;
}

class Example : public Backend {
  public:
    static constexpr std::string_view id = "example";
    static constexpr std::string_view version = "1.0";
    static constexpr std::string_view vendor = "runPHI";

    Probe probe(const Host&) override {
        return {true,
                RUNPHI_CAP_DYNAMIC_CREATE | RUNPHI_CAP_FORCED_STOP | RUNPHI_CAP_EXIT_STATUS |
                    RUNPHI_CAP_CONSOLE,
                "1.0", "every machine has processes"};
    }
    std::string inventory(const Host&) override {
        const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
        const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        const long cpus = ::sysconf(_SC_NPROCESSORS_ONLN);
        JsonWriter board;
        board.object().field("format", "runphi.board/1").field("name", "example");
        board.object("cpus").field("ids", "0-" + std::to_string(cpus - 1));
        board.field("exclusive", false).end_object();
        board.object("memory").array("pools").object().field("name", "host-ram");
        board.field("base", 0).field("size", pages * page).end_object().end_array().end_object();
        return board.end_object().text();
    }

    // The last stage refuses what cannot work, before anything has an effect.
    std::string end(const Host&, const Planning& planning) override {
        const Plan plan(planning.plan);
        if (plan.kind == "inmate" && planning.images.size() == 1) return {};
        throw Error(Code::unsupported, "the example runs one inmate, not " + plan.kind,
                    "give the container an inmate that is a text");
    }

    std::string create(const Host& host, const Partition& partition,
                       const std::vector<Image>& images) override {
        destroy(host, partition);  // what a creator left that died half-way
        const Line input = make_line();
        const Line console = make_line();
        SpawnRequest request;
        const std::string inmate = "/dev/fd/" + std::to_string(inmate_fd);
        request.argv = {"/bin/sed", "-n", "-e", "r " + inmate, "-e", "q"};
        request.env = {mark(host) + partition.name};
        request.fds = {{input.near.get(), 0},
                       {console.near.get(), 1},
                       {images.at(0).fd, inmate_fd},
                       {input.far.get(), gate_fd},
                       {console.far.get(), console_fd}};
        const Process process = host.spawn(request);
        JsonWriter handle;
        handle.object().field("pid", process.pid).field("start_time", process.start_time);
        return handle.end_object().text();
    }
    void start(const Host& host, const Partition& partition) override {
        const UniqueFd gate = copy_descriptor(find(host, partition), gate_fd);
        if (::send(gate.get(), "\n", 1, MSG_NOSIGNAL) != 1) throw os_error("start");
        ::shutdown(gate.get(), SHUT_WR);
    }
    void kill(const Host& host, const Partition& partition) override {
        end_process(host, find(host, partition));
    }
    void destroy(const Host& host, const Partition& partition) override { kill(host, partition); }

    Query query(const Host& host, const Partition& partition) override {
        const ProcessId process = find(host, partition);
        const auto stat = process_stat(process);
        if (!stat) return {};
        Query query{state_of(process, *stat), {}, std::string("process state ") + stat->state};
        if (stat->ended() && WIFEXITED(stat->exit_code)) {
            query.exit_status = WEXITSTATUS(stat->exit_code);
        }
        return query;
    }
    UniqueFd wait(const Host& host, const Partition& partition) override {
        UniqueFd pidfd = open_process(find(host, partition));
        if (!pidfd) throw Error(Code::not_found, partition.name + " has no process any more");
        return pidfd;
    }
    Query event(const Host& host, const Partition& partition, int) override {
        return query(host, partition);
    }
    // One that has ended holds nothing, and is left out.
    std::vector<Listed> list(const Host& host) override {
        std::vector<Listed> out;
        for (const ProcessId& process : running_processes()) {
            const std::string name = name_of(process, mark(host));
            const auto stat = process_stat(process);
            if (!name.empty() && stat) out.push_back({name, state_of(process, *stat)});
        }
        return out;
    }
    UniqueFd console(const Host& host, const Partition& partition) override {
        return copy_descriptor(find(host, partition), console_fd);
    }
};

}  // namespace

RUNPHI_EXPORT_BACKEND(Example);

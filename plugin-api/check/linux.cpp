// SPDX-License-Identifier: Apache-2.0
// What only a Linux guest has: the channel for sessions, and a tree shared with the host.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "monitor.hpp"
#include "subject.hpp"
#include "surroundings.hpp"

namespace check {

using runphi::sdk::ProcessId;
using runphi::sdk::State;
using runphi::sdk::UniqueFd;

namespace {

bool build_tree(const std::string& dir) {
    return ::unshare(CLONE_NEWNS) == 0 &&
           ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("check", dir.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, nullptr) == 0 &&
           ::mkdir((dir + "/0").c_str(), 0755) == 0;
}

// A tree with one entry, in a mount namespace of its own: what the host makes before create.
UniqueFd make_tree(const std::string& dir) {
    if (::mkdir(dir.c_str(), 0755) != 0 && errno != EEXIST)
        throw runphi::sdk::os_error("mkdir " + dir);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw runphi::sdk::os_error("pipe");
    const UniqueFd told(ends[0]);
    UniqueFd tells(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        const char built = build_tree(dir) ? '+' : '-';
        if (::write(tells.get(), &built, 1) == 1) ::pause();
        ::_exit(0);
    }
    tells.reset();
    char built = '-';
    UniqueFd tree;
    if (::read(told.get(), &built, 1) == 1 && built == '+') {
        const std::string path = "/proc/" + std::to_string(child) + "/ns/mnt";
        tree.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    if (!tree) throw Skip{"no mount namespace can be made"};
    return tree;
}

std::string mount_namespace_of(int pid) {
    char link[64] = {};
    const std::string path = "/proc/" + std::to_string(pid) + "/ns/mnt";
    return ::readlink(path.c_str(), link, sizeof link - 1) > 0 ? link : "";
}

// The processes of the partition that see the tree: they live in another mount namespace than we
// do.
std::vector<ProcessId> servers_of(const Monitor& monitor) {
    const std::string ours = mount_namespace_of(::getpid());
    std::vector<ProcessId> out;
    for (const auto& process : descendants_of(monitor.pid())) {
        if (mount_namespace_of(process.pid) != ours) out.push_back(process);
    }
    return out;
}

// From now on they do nothing, as if the guest had made them hang. Else they might end by
// themselves when they see that the guest has gone, and a backend that forgets them pass.
void hang(const std::vector<ProcessId>& servers) {
    for (const auto& server : servers) runphi::sdk::send_signal(server, SIGSTOP);
}

// Where the core has it, too: below the directory of the partition.
std::string shares_dir(const Bench& bench) {
    return partition_dir(bench) + "/shares";
}

// What lives on is killed, so that the check does not leave it behind.
void require_ended(const std::vector<ProcessId>& processes) {
    std::string alive;
    for (const auto& process : processes) {
        if (!process_runs(process)) continue;
        alive += " " + std::to_string(process.pid);
        runphi::sdk::send_signal(process, SIGKILL);
    }
    require(alive.empty(), "processes of it live on:" + alive);
}

class LinuxGuest {
  public:
    LinuxGuest(Bench& bench, const std::vector<BootImage>& images, bool shares)
        : bench_(bench),
          images_(images),
          shares_(shares),
          subject_(bench, make_plan(bench, images, shape())) {
        if (!shares) return;
        tree_ = make_tree(shares_dir(bench));
        bench.host.set_shares(tree_.get());
    }
    ~LinuxGuest() { bench_.host.set_shares(-1); }

    void one_life() {
        Monitor monitor(bench_, subject_.place(), images_);
        const Place here = subject_.place(monitor.create());
        subject_.expect(here, State::created);
        const auto servers = servers_of(monitor);
        require(!shares_ || !servers.empty(),
                "no process of it was spawned with RUNPHI_SPAWN_WITH_SHARES");
        const auto processes = descendants_of(monitor.pid());
        monitor.open_channels();
        subject_.run(subject_.table().start, here, "start");
        if (can(bench_, RUNPHI_CAP_SESSIONS) && !ended(subject_.state(here)))
            monitor.open_sessions();
        hang(servers);
        subject_.run(subject_.table().kill, here, "kill");
        monitor.require_no_leaks();
        subject_.remove(here);
        require_ended(processes);
    }
    void over_half_made() {
        Monitor first(bench_, subject_.place(), images_);
        first.create();
        const auto replaced = descendants_of(first.pid());
        hang(servers_of(first));
        Monitor second(bench_, subject_.place(), images_);
        second.create();
        require_ended(replaced);
        const auto processes = descendants_of(second.pid());
        hang(servers_of(second));
        subject_.run(subject_.table().destroy, subject_.name_only(), "destroy by name");
        subject_.expect_absent();
        require_ended(processes);
    }

  private:
    Shape shape() const {
        Shape shape;
        shape.kind = "linux";
        if (shares_) shape.shares_dir = shares_dir(bench_);
        return shape;
    }

    Bench& bench_;
    const std::vector<BootImage>& images_;
    bool shares_;
    Subject subject_;
    UniqueFd tree_;
};

}  // namespace

void check_linux(Bench& bench) {
    if (!can(bench, RUNPHI_CAP_LINUX)) return;
    bench.report.section("a Linux guest");
    const auto images = open_images(bench.options);
    if (bench.options.kernel.empty()) {
        bench.report.skip("channels, sessions and shares of a Linux guest",
                          "name one with --kernel and --initrd");
        return;
    }
    bench.report.check("create, its channels, start, kill, destroy",
                       [&] { LinuxGuest(bench, images, false).one_life(); });
    if (!can(bench, RUNPHI_CAP_SHARE)) return;
    bench.report.check("the same with a shared tree",
                       [&] { LinuxGuest(bench, images, true).one_life(); });
    bench.report.check("create replaces a half-made one with a shared tree",
                       [&] { LinuxGuest(bench, images, true).over_half_made(); });
}

}  // namespace check

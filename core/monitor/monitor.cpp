// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/monitor.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/container/teardown.hpp"
#include "core/log/log.hpp"
#include "core/monitor/initrd.hpp"
#include "core/monitor/memory.hpp"
#include "core/monitor/namespaces.hpp"
#include "core/monitor/network.hpp"
#include "core/monitor/session.hpp"
#include "core/monitor/shares.hpp"
#include "core/oci/hooks.hpp"

namespace phi::monitor {

namespace {

// Every signal becomes a descriptor to poll. A real fault (SIGSEGV of our own) still ends the
// process: the kernel does not heed the mask there.
UniqueFd signals_as_descriptor() {
    sigset_t all;
    ::sigfillset(&all);
    if (::sigprocmask(SIG_SETMASK, &all, nullptr) != 0) throw os_error("sigprocmask");
    UniqueFd fd(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd) throw os_error("signalfd");
    return fd;
}

// The caller's session, directory, locks and standard error are not ours.
void leave_caller(const Launch& launch) {
    log::forget_stderr();
    ::setsid();
    if (::chdir("/") != 0) throw os_error("chdir /");
    if (launch.container.lock) ::close(launch.container.lock->fd());
}

void prepare(const Launch& launch) {
    join_cgroups(launch.cgroup_mounts, launch.cgroup, ::getpid());
    enter_namespaces(launch.spec);
}

// From create's word to the partition's end.
int live(Launch& launch, Sync& sync, UniqueFd signals) {
    oci::run_hooks(launch.spec.hooks.create_container,
                   {"createContainer", launch.state_json, launch.bundle.get()});
    launch.bundle.reset();
    renew_engine_files(launch);
    give_network(launch);
    launch.engine_files.clear();
    seal_initrd(launch);
    UniqueFd shares;
    if (!launch.shared.empty()) shares = make_shares(launch.shared, launch.container.dir);
    launch.shared.clear();
    launch.backend.set_shares(shares.get());
    Session session(launch, std::move(signals));
    session.make_partition();
    launch.backend.set_shares(-1);
    shares.reset();
    launch.backend.set_rootfs(nullptr);
    launch.images.clear();
    { const Rootfs let_go = std::move(launch.rootfs); }
    give_back_memory();
    sync.say(Word::created);
    return session.run(sync);
}

}  // namespace

void run_monitor(Launch launch, Sync sync) {
    int status = 1;
    try {
        UniqueFd signals = signals_as_descriptor();
        leave_caller(launch);
        if (sync.hear() != Word::begin) ::_exit(status);
        prepare(launch);
        sync.say(Word::ready);
        // If create has died, nothing has happened that outlives us.
        if (sync.hear() == Word::go) status = live(launch, sync, std::move(signals));
    } catch (const Error& error) {
        log::debug("monitor: " + error.message());
        sync.say_error(error);
    } catch (const std::exception& error) {
        sync.say_error(Error(Code::internal, error.what()));
    }
    ::_exit(status);
}

}  // namespace phi::monitor

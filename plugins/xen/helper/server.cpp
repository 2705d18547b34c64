// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/time.h>

#include "../files.hpp"
#include "../presence/toolstack.hpp"
#include "../request.hpp"
#include "hotplug.hpp"
#include "patience.hpp"
#include "ring.hpp"

namespace runphi::xen {

using sdk::Error;
using sdk::UniqueFd;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr int pause_ms = 10;
// For a monitor that does not take the last bytes, or an xenconsoled that does not pass them on,
// since some of them last moved.
constexpr auto drain_patience = milliseconds(10'000);
// For what xenconsoled has taken and not passed on: what it has thrown away does not come.
constexpr auto loss_patience = milliseconds(2'000);

UniqueFd inherited(int number) {
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    return UniqueFd(number);
}

// The monitor's death is no reason to leave a domain behind that nobody sees.
UniqueFd signals_as_descriptor() {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd) throw sdk::os_error("signalfd");
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    return fd;
}

End end_by(libxl_shutdown_reason reason) {
    switch (reason) {
        case LIBXL_SHUTDOWN_REASON_POWEROFF:
            return {false, std::nullopt, "the guest powered off", false};
        case LIBXL_SHUTDOWN_REASON_REBOOT:
            return {true, std::nullopt, "the guest was reset", false};
        case LIBXL_SHUTDOWN_REASON_CRASH:
            return {true, std::nullopt, "the guest crashed", false};
        case LIBXL_SHUTDOWN_REASON_WATCHDOG:
            return {true, std::nullopt, "the guest's watchdog has expired", false};
        default:
            return {true, std::nullopt,
                    std::string("the guest has shut down with the reason ") +
                        libxl_shutdown_reason_to_string(reason),
                    false};
    }
}

}  // namespace

Server::Server()
    : signals_(signals_as_descriptor()),
      control_(inherited(child_fd::control)),
      watch_(inherited(child_fd::watch)),
      console_(inherited(child_fd::console)),
      agent_(inherited(child_fd::agent)) {
    // What libxl runs gets none of these.
    for (int fd = child_fd::folder; fd <= child_fd::ramdisk; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(2, F_SETFD, FD_CLOEXEC);
    for (const UniqueFd* one : {&control_, &watch_}) ::fcntl(one->get(), F_SETFL, O_NONBLOCK);
}

void Server::run(const DomainConfig& domain) {
    try {
        if (!domain.net.vifs.empty()) enter_network_of_dom0();
        xl_.emplace();
        hypervisor_.emplace();
        make(domain);
    } catch (const Error& error) {
        failure_ = error;
    }
    if (failure_) {
        if (domid_ != 0) destroy();
        // Whoever has started us asks; then there is nothing more to say.
        const auto until = steady_clock::now() + drain_patience;
        while (failure_ && steady_clock::now() < until) turn(1000);
        return;
    }
    while (!is_over()) turn(-1);
    finish();
}

// The images' memory is not ours to hold: the domain has what it needs of them. A number that was
// not inherited is libxl's.
void Server::make(const DomainConfig& domain) {
    domid_ = make_domain(*xl_, *hypervisor_, domain);
    if (has_container_vifs(domain.net)) {
        hand_over_vifs(domid_, domain.net, child_fd::network);
        ::close(child_fd::network);
    }
    // The descriptor of the loop device stays open: with it the device is there when xen-blkback
    // looks for it, and it goes when both have closed it.
    if (domain.disk) hand_over_disk(domid_, child_fd::disk);
    ::close(child_fd::kernel);
    if (!domain.ramdisk.empty()) ::close(child_fd::ramdisk);
    libxl_evgen_domain_death* watch = nullptr;
    xl_->check(libxl_evenable_domain_death(xl_->get(), domid_, 0, &watch), "watch the domain");
    if (domain.boot.inmate) console_.listen_to_exit();
    XenStore store = require_xenstore(Settings(), store_patience);
    if (domain.comm.vuart) {
        (domain.comm.agent ? agent_ : console_).open(terminal_path(store, domid_, console::serial));
    } else if (domain.comm.agent) {
        agent_.add(second_.emplace(domid_).take_end());
    }
    console_.open(terminal_path(store, domid_, console::of_xen));
}

// ---- one turn

void Server::turn(int most_ms) {
    std::vector<pollfd> slots;
    signal_slot_ = slots.size();
    slots.push_back({signals_.get(), POLLIN, 0});
    control_slot_ = slots.size();
    slots.push_back({clients_.size() < most_clients ? control_.get() : -1, POLLIN, 0});
    watch_slot_ = slots.size();
    slots.push_back({watchers_.size() < most_clients ? watch_.get() : -1, POLLIN, 0});
    console_.add_to(slots);
    agent_.add_to(slots);
    if (second_) second_->add_to(slots);
    client_slot_ = slots.size();
    for (const Client& one : clients_) slots.push_back({one.socket.get(), POLLIN, 0});
    watcher_slot_ = slots.size();
    for (const UniqueFd& one : watchers_) slots.push_back({one.get(), 0, 0});
    int timeout_ms = most_ms;
    add_libxl(slots, timeout_ms);
    if (::poll(slots.data(), slots.size(), timeout_ms) < 0) {
        if (errno != EINTR) throw sdk::os_error("poll");
        for (pollfd& one : slots) one.revents = 0;
    }
    if (xl_) {
        ::gettimeofday(&now_, nullptr);
        libxl_osevent_afterpoll(xl_->get(), static_cast<int>(slots.size() - libxl_slot_),
                                slots.data() + libxl_slot_, now_);
    }
    console_.handle(slots);
    if (second_) second_->handle(slots);
    agent_.handle(slots);
    take_events();
    take_clients(slots);
}

void Server::add_libxl(std::vector<pollfd>& slots, int& timeout_ms) {
    libxl_slot_ = slots.size();
    if (!xl_) return;
    ::gettimeofday(&now_, nullptr);
    for (int room = 8;;) {
        slots.resize(libxl_slot_ + static_cast<std::size_t>(room));
        int count = room;
        const int result = libxl_osevent_beforepoll(xl_->get(), &count, slots.data() + libxl_slot_,
                                                    &timeout_ms, now_);
        if (result == 0) {
            slots.resize(libxl_slot_ + static_cast<std::size_t>(count));
            return;
        }
        if (result != ERROR_BUFFERFULL) xl_->check(result, "prepare to wait");
        room = count;
    }
}

void Server::take_events() {
    if (!xl_ || failure_) return;
    libxl_event* event = nullptr;
    while (libxl_event_check(xl_->get(), &event, LIBXL_EVENTMASK_ALL, nullptr, nullptr) == 0) {
        take_event(*event);
        libxl_event_free(xl_->get(), event);
    }
    if (!is_over() && console_.exit_status()) end_ = told_end();
}

End Server::told_end() const {
    const int status = *console_.exit_status();
    return {false, status, "the guest has ended with status " + std::to_string(status), false};
}

void Server::take_event(const libxl_event& event) {
    if (event.domid != domid_) return;
    if (event.type == LIBXL_EVENT_TYPE_DOMAIN_SHUTDOWN && !is_over()) {
        end_ = end_by(static_cast<libxl_shutdown_reason>(event.u.domain_shutdown.shutdown_reason));
    } else if (event.type == LIBXL_EVENT_TYPE_DOMAIN_DEATH) {
        if (!is_over()) {
            end_ = End{true, std::nullopt, "somebody else has destroyed the domain", true};
        }
        end_->gone = true;
    }
}

// ---- the end

void Server::destroy() {
    if (second_) second_->disconnect();
    destroy_domain(*xl_, *hypervisor_, domid_);
}

// Of xenconsoled: what comes by the second console is counted by nobody, and is here at once.
std::uint32_t Server::heard() const {
    return console_.heard() + (second_ ? 0 : agent_.heard());
}

// Until all that the domain has said is in the sockets, and the monitor has taken it.
void Server::drain() {
    const ConsoleRings rings(domid_);
    auto spoke = steady_clock::now();
    for (auto now = spoke; now - spoke < drain_patience; now = steady_clock::now()) {
        const bool nobody = !console_.is_live() && !agent_.is_live();
        const bool lost = now - spoke >= loss_patience && rings.are_taken();
        const bool all = nobody || lost || rings.said() == heard();
        turn(all && !waits() ? 0 : pause_ms);
        const bool moved = console_.moved() || agent_.moved() || (second_ && second_->moved());
        if (moved) {
            spoke = steady_clock::now();
        } else if (all && !waits()) {
            return;
        }
    }
}

// On record when all is in the sockets, so that whoever sees the end finds everything before it.
void Server::finish() {
    const bool was_gone = end_->gone;
    if (!was_gone) drain();
    console_.end();
    turn(0);
    // What it says of its end counts before what Xen says, and may come after that.
    if (!was_gone && console_.exit_status()) end_ = told_end();
    if (!end_->gone) {
        destroy();
        end_->gone = true;
    }
    leave_end();
}

void Server::leave_end() {
    try {
        write_whole_at(child_fd::folder, end_file, write_end(*end_));
    } catch (const Error& error) {
        // delete --force may have been faster; then nobody asks any more.
        ::dprintf(2, "%s\n", error.message().c_str());
    }
}

}  // namespace runphi::xen

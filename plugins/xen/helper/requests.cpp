// SPDX-License-Identifier: Apache-2.0
// What is asked of the helper: whoever connects to the control socket asks once, a line of JSON
// (../request.hpp); whoever connects to the watch socket waits for its end.
#include <sys/socket.h>

#include "../answer.hpp"
#include "../request.hpp"
#include "answers.hpp"
#include "server.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

constexpr std::size_t longest_request = 64U << 10;

}  // namespace

void Server::take_clients(const std::vector<pollfd>& slots) {
    if (slots[signal_slot_].revents != 0 && !is_over() && !failure_) {
        kill("the container's monitor has died");
    }
    for (std::size_t i = watchers_.size(); i-- > 0;) {
        if (slots[watcher_slot_ + i].revents == 0) continue;
        watchers_.erase(watchers_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (std::size_t i = clients_.size(); i-- > 0;) {
        if (slots[client_slot_ + i].revents == 0 || take_request(clients_[i])) continue;
        clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (slots[control_slot_].revents != 0) {
        UniqueFd one(::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (one) clients_.push_back({std::move(one), {}});
    }
    if (slots[watch_slot_].revents != 0) {
        UniqueFd one(::accept4(watch_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (one) watchers_.push_back(std::move(one));
    }
}

// False when there is nothing more to do for this client.
bool Server::take_request(Client& client) {
    char bytes[4096];
    const ssize_t got = ::recv(client.socket.get(), bytes, sizeof bytes, 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    client.request.append(bytes, static_cast<std::size_t>(got));
    if (client.request.back() != '\n') return client.request.size() < longest_request;
    const std::string line = answer(client.request) + "\n";
    // A new connection has room for it.
    ::send(client.socket.get(), line.data(), line.size(), MSG_NOSIGNAL);
    failure_.reset();
    return false;
}

std::string Server::answer(const std::string& line) {
    try {
        const sdk::JsonDocument document(line, "the request");
        if (failure_) return failure_answer(*failure_);
        const std::string op = document.root().at("op").string();
        if (is_over() && op != op::kill) {
            throw Error(Code::not_found, "the domain has ended: " + end_->detail);
        }
        return obey(document.root(), op);
    } catch (const Error& error) {
        return failure_answer(error);
    }
}

std::string Server::obey(const sdk::Json& request, const std::string& op) {
    if (op == op::created) return created_answer(domid_);
    if (op == op::query) return state_answer(*hypervisor_, domid_, started_);
    if (op == op::stats) return stats_answer(*hypervisor_, domid_);
    if (op == op::start) {
        started_ = true;
        set_paused(false);
    } else if (op == op::resume || op == op::pause) {
        if (!started_) throw Error(Code::invalid, "the domain has not been started");
        set_paused(op == op::pause);
    } else if (op == op::shut_down) {
        ask_to_shut_down(domid_);
    } else if (op == op::update) {
        move_cpus(*xl_, *hypervisor_, domid_, read_cpu(request.at("cpu")));
    } else if (op == op::kill) {
        kill("killed on request");
    } else {
        throw Error(Code::invalid, "the request \"" + op + "\" is unknown");
    }
    return plain_answer();
}

// Xen counts pauses: one that is paused twice would have to be resumed twice.
void Server::set_paused(bool paused) {
    if (hypervisor_->require_domain(domid_).paused == paused) return;
    if (paused) {
        xl_->check(libxl_domain_pause(xl_->get(), domid_, nullptr), "pause the domain");
    } else {
        xl_->check(libxl_domain_unpause(xl_->get(), domid_, nullptr), "unpause the domain");
    }
}

// The caller hears of it when it is gone, and on record.
void Server::kill(const std::string& why) {
    if (!is_over()) end_ = End{false, std::nullopt, why, false};
    if (end_->gone) return;
    destroy();
    end_->gone = true;
    leave_end();
}

}  // namespace runphi::xen

// SPDX-License-Identifier: Apache-2.0
// One partition of the fake hypervisor: fake-partition NAME REALM KIND (see machine.hpp).
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <runphi/sdk/error.hpp>
#include <string>
#include <vector>

#include "fake/machine.hpp"
#include "fake/partition/guest.hpp"
#include "fake/partition/stream.hpp"

namespace fake {

namespace {

using runphi::sdk::State;
using runphi::sdk::UniqueFd;

// Whoever asked something over the control socket.
struct Client {
    UniqueFd fd;
    bool watches = false;
};

class Machine {
  public:
    explicit Machine(const std::string& kind)
        : control_(control_fd),
          console_(console_fd),
          agent_(agent_fd),
          guest_(parse_script(read_script(script_fd, "script"), "script"), kind == "linux",
                 console_, agent_) {
        ::close(script_fd);
    }

    [[noreturn]] void run() {
        while (true) {
            const State before = guest_.state();
            guest_.run();
            if (guest_.state() != before) tell_of_change();
            wait_and_handle();
        }
    }

  private:
    void wait_and_handle() {
        pollfd console[2];
        pollfd agent[2];
        console_.add_to(console, guest_.wants_console_input());
        agent_.add_to(agent, true);
        std::vector<pollfd> all{
            console[0], console[1], agent[0], agent[1], {control_.get(), POLLIN, 0}};
        for (const Client& client : clients_) all.push_back({client.fd.get(), POLLIN, 0});
        if (::poll(all.data(), all.size(), guest_.has_more_to_say() ? 0 : -1) < 0) return;
        console[0] = all[0];
        console[1] = all[1];
        agent[0] = all[2];
        agent[1] = all[3];
        console_.handle(console);
        agent_.handle(agent);
        // Backwards, because one that hangs up is taken out.
        for (std::size_t i = clients_.size(); i > 0; --i) {
            if (all[4 + i].revents != 0) serve(i - 1);
        }
        if (all[4].revents != 0) {
            UniqueFd next(::accept4(control_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (next) clients_.push_back({std::move(next), false});
        }
    }

    void serve(std::size_t index) {
        Client& client = clients_[index];
        char packet[64];
        const ssize_t got = ::recv(client.fd.get(), packet, sizeof packet, MSG_DONTWAIT);
        if (got <= 0) {
            clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(index));
            return;
        }
        const State before = guest_.state();
        const std::string request(packet, static_cast<std::size_t>(got));
        if (request == "watch") {
            client.watches = true;
            tell_watchers();  // it may have missed the change that it waits for
            return;
        }
        const std::string answer = obey(request);
        ::send(client.fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (guest_.state() != before) tell_of_change();
    }

    std::string obey(const std::string& request) {
        bool fits = true;
        if (request == "start") {
            fits = guest_.start();
        } else if (request == "stop") {
            fits = guest_.ask_to_stop();
        } else if (request == "pause") {
            fits = guest_.pause();
        } else if (request == "resume") {
            fits = guest_.resume();
        } else if (request != "query") {
            return "error " + std::to_string(RUNPHI_UNSUPPORTED) + " unknown request " + request;
        }
        if (!fits) {
            return "error " + std::to_string(RUNPHI_INVALID) + " " + request +
                   ": the partition is " + to_string(guest_.state());
        }
        const auto status = guest_.exit_status();
        return "ok " + std::to_string(static_cast<int>(guest_.state())) +
               (status ? " 1 " + std::to_string(*status) : std::string(" 0 0"));
    }

    void tell_of_change() {
        const State now = guest_.state();
        // As of a hypervisor's helper that ends with its partition.
        if (now == State::stopped || now == State::failed) console_.end_output();
        tell_watchers();
    }

    void tell_watchers() {
        for (const Client& client : clients_) {
            // One that does not read has been told already.
            if (client.watches) ::send(client.fd.get(), "!", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
    }

    UniqueFd control_;
    Stream console_;
    Stream agent_;
    Guest guest_;
    std::vector<Client> clients_;
};

}  // namespace

}  // namespace fake

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s NAME REALM KIND\n", fake::program_name);
        return 2;
    }
    try {
        fake::Machine(argv[3]).run();
    } catch (const runphi::sdk::Error& error) {
        std::fprintf(stderr, "%s: %s\n", fake::program_name, error.what());
        return 1;
    }
}

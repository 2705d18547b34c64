// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <chrono>
#include <string>
#include <vector>

#include "../console/lane.hpp"
#include "../ended.hpp"
#include "domain.hpp"
#include "second_console.hpp"

namespace runphi::xen {

// The process beside a domain: makes it, serves requests about it, carries its console, sees it
// end, and removes what is left. Its descriptors are those of child_fd.
class Server {
  public:
    Server();

    // Until the domain has ended, and that is on record. If it cannot be made, whoever asks hears
    // why.
    void run(const DomainConfig& domain);

  private:
    struct Client {
        sdk::UniqueFd socket;
        std::string request;
    };

    static constexpr std::size_t most_clients = 16;  // at once, and as many that watch

    void make(const DomainConfig& domain);
    void turn(int most_ms);
    void add_libxl(std::vector<pollfd>& slots, int& timeout_ms);
    void take_events();
    void take_event(const libxl_event& event);

    // requests.cpp
    void take_clients(const std::vector<pollfd>& slots);
    bool take_request(Client& client);
    std::string answer(const std::string& line);
    std::string obey(const sdk::Json& request, const std::string& op);
    void set_paused(bool paused);
    void kill(const std::string& why);

    void destroy();
    std::uint32_t heard() const;
    bool waits() const { return console_.waits() || agent_.waits(); }
    void drain();
    void finish();
    void leave_end();
    End told_end() const;
    bool is_over() const { return end_.has_value(); }

    sdk::UniqueFd signals_, control_, watch_;
    std::optional<Xl> xl_;
    std::optional<Hypervisor> hypervisor_;
    Lane console_, agent_;
    std::optional<SecondConsole> second_;  // of which agent_ has the other end
    std::vector<Client> clients_;
    std::vector<sdk::UniqueFd> watchers_;
    std::size_t control_slot_ = 0, watch_slot_ = 0, signal_slot_ = 0, client_slot_ = 0,
                watcher_slot_ = 0, libxl_slot_ = 0;
    timeval now_{};
    std::uint32_t domid_ = 0;
    bool started_ = false;
    std::optional<End> end_;
    std::optional<sdk::Error> failure_;  // it could not be made
};

}  // namespace runphi::xen

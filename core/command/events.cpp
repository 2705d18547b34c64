// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/fs/file.hpp"
#include "core/live/oom.hpp"
#include "core/live/usage.hpp"

namespace phi::command {

namespace {

constexpr auto stats_limit = std::chrono::seconds(20);

// What is written at once is one line.
class Reporter {
  public:
    Reporter(const container::Container& container, const Settings& settings)
        : container_(container),
          cgroup_(live::Cgroup::of(container)),
          backend_(backend::Backend::load(container.record.backend, settings)) {}

    const live::Cgroup& cgroup() const { return cgroup_; }

    void tell_stats() {
        backend_->set_deadline(Deadline::in(stats_limit));
        const auto usage = live::usage(container_, *backend_, cgroup_);
        write_all(STDOUT_FILENO, live::stats_event(container_.record.id, usage),
                  "write the statistics");
    }
    void tell_oom() {
        write_all(STDOUT_FILENO, live::oom_event(container_.record.id), "write the event");
    }

  private:
    const container::Container& container_;
    live::Cgroup cgroup_;
    std::unique_ptr<backend::Backend> backend_;
};

// Statistics that cannot be had now may be had next time; the end is seen by other means.
void tell_stats_or_log(Reporter& reporter) {
    try {
        reporter.tell_stats();
    } catch (const Error& error) {
        if (error.code() == Code::io) throw;
        log::debug("events: " + error.message());
    }
}

// Until the container has ended.
void follow(const container::Container& container, Reporter& reporter,
            std::chrono::milliseconds interval) {
    const UniqueFd ended = open_pidfd(container.record.monitor);
    live::OomWatch oom(reporter.cgroup());
    Deadline next = Deadline::in(interval);
    while (ended) {
        pollfd polled[2] = {{ended.get(), POLLIN, 0}, {oom.fd(), POLLIN, 0}};
        if (::poll(polled, 2, next.poll_ms()) < 0 && errno != EINTR) throw os_error("poll");
        if (polled[1].revents != 0 && oom.ran_out()) reporter.tell_oom();
        if (polled[0].revents != 0) return;
        if (!next.passed()) continue;
        tell_stats_or_log(reporter);
        next = Deadline::in(interval);
    }
}

}  // namespace

int events(const Global& global, const Events& options) {
    const Settings& settings = global.settings;
    const container::Store store(settings, global.root);
    const container::Container container = store.open(options.id);
    if (options.interval_ns <= 0)
        throw Error(Code::invalid, "duration interval must be greater than 0");
    const auto status = container.status(settings);
    if (status == container::Status::stopped || status == container::Status::creating)
        throw Error(Code::invalid, text("container with id ", options.id, " is not running"));
    Reporter reporter(container, settings);
    if (options.stats) {
        reporter.tell_stats();
        return 0;
    }
    const std::int64_t ms = std::max<std::int64_t>(options.interval_ns / 1'000'000, 1);
    follow(container, reporter, std::chrono::milliseconds(ms));
    return 0;
}

}  // namespace phi::command

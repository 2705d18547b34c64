// SPDX-License-Identifier: Apache-2.0
#include "ended.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "files.hpp"

namespace runphi::qemu {

namespace {

// ShutdownCause in the order of qapi/run-state.json; the trace tells its number.
constexpr std::array<std::string_view, 10> causes = {
    "none",    "host-error",     "host-qmp-quit", "host-qmp-system-reset", "host-signal",
    "host-ui", "guest-shutdown", "guest-reset",   "guest-panic",           "subsystem-reset"};
constexpr std::string_view trace = "qemu_system_shutdown_request reason=";
constexpr std::string_view kill_note = "runphi: killed on request\n";

std::string_view explanation(std::string_view reason) {
    if (reason == "guest-shutdown") return "the guest powered off";
    if (reason == "guest-reset") return "the guest was reset, or caused a triple fault";
    if (reason == "guest-panic") return "the guest panicked";
    if (reason == "host-qmp-quit" || reason == "host-signal") return "QEMU was told to quit";
    return "QEMU ended";
}

}  // namespace

sdk::Query ended_by(std::string_view reason) {
    const bool by_will = reason == "guest-shutdown" || reason == "host-qmp-quit" ||
                         reason == "host-signal" || reason == "host-ui";
    sdk::Query out;
    out.state = by_will ? sdk::State::stopped : sdk::State::failed;
    out.detail = std::string(explanation(reason)) + " (" + std::string(reason) + ")";
    return out;
}

sdk::Query ended_by_log(std::string_view log) {
    const auto line = log.find(trace);
    if (line != std::string_view::npos) {
        const std::string_view digits = log.substr(line + trace.size());
        std::size_t number = causes.size();
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (number < causes.size()) return ended_by(causes[number]);
    }
    if (log.find(kill_note) != std::string_view::npos) {
        return {sdk::State::stopped, std::nullopt, "killed on request"};
    }
    // A reset leaves no trace; nor does a crash of QEMU, or the kernel's out-of-memory killer.
    return {sdk::State::failed, std::nullopt,
            "the guest was reset, or QEMU itself crashed or was killed"};
}

sdk::Query ended(int dir_fd) {
    return ended_by_log(read_tail_at(dir_fd, log_file, 4096));
}

void note_kill(int dir_fd) {
    // A partition without a log has been destroyed, or never came to be: nothing to note.
    const sdk::UniqueFd log(
        ::openat(dir_fd, log_file, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (log) write_all(log.get(), kill_note, log_file);
}

}  // namespace runphi::qemu

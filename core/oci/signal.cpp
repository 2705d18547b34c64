// SPDX-License-Identifier: Apache-2.0
#include "core/oci/signal.hpp"

#include <signal.h>

#include <array>
#include <climits>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::oci {

namespace {

constexpr int highest_signal = 64;

// The first name of a number is the one that is printed.
constexpr std::array<std::pair<std::string_view, int>, 34> signal_names = {{
    {"HUP", SIGHUP},       {"INT", SIGINT},     {"QUIT", SIGQUIT}, {"ILL", SIGILL},
    {"TRAP", SIGTRAP},     {"ABRT", SIGABRT},   {"IOT", SIGIOT},   {"BUS", SIGBUS},
    {"FPE", SIGFPE},       {"KILL", SIGKILL},   {"USR1", SIGUSR1}, {"SEGV", SIGSEGV},
    {"USR2", SIGUSR2},     {"PIPE", SIGPIPE},   {"ALRM", SIGALRM}, {"TERM", SIGTERM},
    {"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD},   {"CLD", SIGCHLD},  {"CONT", SIGCONT},
    {"STOP", SIGSTOP},     {"TSTP", SIGTSTP},   {"TTIN", SIGTTIN}, {"TTOU", SIGTTOU},
    {"URG", SIGURG},       {"XCPU", SIGXCPU},   {"XFSZ", SIGXFSZ}, {"VTALRM", SIGVTALRM},
    {"PROF", SIGPROF},     {"WINCH", SIGWINCH}, {"IO", SIGIO},     {"POLL", SIGPOLL},
    {"PWR", SIGPWR},       {"SYS", SIGSYS},
}};

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

}  // namespace

int parse_signal(std::string_view text) {
    // One sign may stand before the digits, as for Go.
    const std::string_view digits = text.substr(text.starts_with('+') ? 1 : 0);
    const bool two_signs = text.starts_with("+-");
    if (const auto number = parse_i64(digits);
        number && !two_signs && *number >= INT_MIN && *number <= INT_MAX) {
        return static_cast<int>(*number);
    }
    const std::string full = upper(text);
    std::string_view wanted = full;
    if (wanted.substr(0, 3) == "SIG") wanted.remove_prefix(3);
    for (const auto& [name, number] : signal_names) {
        if (name == wanted) return number;
    }
    throw Error(Code::invalid, "unknown signal " + quoted(text),
                "a signal is a name, as SIGTERM or TERM, or a number");
}

bool is_signal(int number) {
    return number >= 0 && number <= highest_signal;
}

std::string signal_name(int signal) {
    for (const auto& [name, number] : signal_names) {
        if (number == signal) return "SIG" + std::string(name);
    }
    return std::to_string(signal);
}

}  // namespace phi::oci

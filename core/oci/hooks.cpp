// SPDX-License-Identifier: Apache-2.0
#include "core/oci/hooks.hpp"

#include <string.h>
#include <sys/wait.h>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/oci/hook_process.hpp"

namespace phi::oci {

namespace {

// As Go's os/exec words it.
std::string ending(int wait_status) {
    if (WIFEXITED(wait_status)) return text("exit status ", WEXITSTATUS(wait_status));
    const int signal = WTERMSIG(wait_status);
    const char* description = ::sigdescr_np(signal);
    std::string words = description != nullptr ? description : text("signal ", signal);
    if (words[0] >= 'A' && words[0] <= 'Z') words[0] = static_cast<char>(words[0] - 'A' + 'a');
    return text("signal: ", words, WCOREDUMP(wait_status) ? " (core dumped)" : "");
}

// As it is, unless it would break the log.
std::string shown(const std::string& output) {
    const bool plain = is_utf8(output) && output.find('\0') == std::string::npos;
    return plain ? output : quoted(output, hook_output_max);
}

// Throws if the hook fails, without saying which one it is.
void run_hook(const Hook& hook, const HookRun& run) {
    HookOutcome outcome;
    try {
        outcome = run_hook_process(hook, run.state_json, run.bundle_fd);
    } catch (const Error& error) {
        // spawn says "exec PATH: ...", Go "fork/exec PATH: ...".
        const bool exec = error.message().compare(0, 5, "exec ") == 0;
        throw Error(error.code(), (exec ? "fork/" : "") + error.message(), error.hint());
    }
    if (outcome.timed_out) {
        throw Error(Code::timeout,
                    text("hook ran past specified timeout of ", hook.timeout_s.value_or(0), ".0s"));
    }
    if (outcome.wait_status == 0) return;
    throw Error(Code::io, text("error running hook: ", ending(outcome.wait_status),
                               ", stdout: ", shown(outcome.out), ", stderr: ", shown(outcome.err)));
}

// The error of a hook, in runc's words, with its place in the hint.
Error failure(const Error& error, std::size_t number, const Hook& hook, const HookRun& run) {
    return Error(error.code(), text("error running hook #", number, ": ", error.message()),
                 text("it is ", hook.path, " of hooks.", run.kind));
}

}  // namespace

void run_hooks(const std::vector<Hook>& hooks, const HookRun& run) {
    for (std::size_t i = 0; i < hooks.size(); ++i) {
        try {
            run_hook(hooks[i], run);
        } catch (const Error& error) {
            if (run.on_failure == HookFailure::stop) throw failure(error, i, hooks[i], run);
            log::warn(text(run.kind, " hook ", hooks[i].path, ": ",
                           failure(error, i, hooks[i], run).message()));
        }
    }
}

}  // namespace phi::oci

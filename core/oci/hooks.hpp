// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/oci/spec.hpp"

namespace phi::oci {

// What a hook that fails means: the operation fails (prestart, createRuntime, createContainer,
// startContainer), or a line in the log and on with the next (poststart, poststop).
enum class HookFailure { stop, warn };

struct HookRun {
    const char* kind = "";   // the list's name in config.json: "prestart"
    std::string state_json;  // on each hook's standard input
    int bundle_fd = -1;      // each hook's working directory
    HookFailure on_failure = HookFailure::stop;
};

// Runs the hooks one after the other, as children of this process and in its namespaces, each in a
// session of its own and with no descriptor but the three of stdio. A hook has ended when its
// process has, whatever it left in the background; one whose time is up is killed with its process
// group. Nothing else may reap our children meanwhile (waitpid(-1), or SIGCHLD ignored).
//
// Throws runc's words: "error running hook #0: error running hook: exit status 1, stdout: ...,
// stderr: ...", "error running hook #0: hook ran past specified timeout of 1.0s", "error running
// hook #0: fork/exec /x: no such file or directory".
void run_hooks(const std::vector<Hook>& hooks, const HookRun& run);

}  // namespace phi::oci

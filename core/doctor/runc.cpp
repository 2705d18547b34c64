// SPDX-License-Identifier: Apache-2.0
// The runc that ordinary containers go on to, and the way on which engines reach runPHI.
#include <fcntl.h>

#include <chrono>

#include "core/base/capture.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/doctor/finding.hpp"
#include "core/forward/identity.hpp"
#include "core/forward/vanilla.hpp"

namespace phi::doctor {
namespace {

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

Finding not_running(const std::string& path, const std::string& why) {
    return {Level::note, "runc", text(path, " does not run: ", why),
            "ordinary containers need it: install it again"};
}

}  // namespace

Finding look_at_runc(const Settings& settings) {
    const forward::Vanilla vanilla = forward::find_vanilla(settings);
    if (vanilla.path.empty()) {
        return {Level::note, "runc",
                text("none, for containers that are no partitions: ", join(vanilla.rejected, ", ")),
                "install runc, or name it as \"runc\" in the settings"};
    }
    SpawnRequest request;
    request.argv = {vanilla.path, "--version"};
    CaptureOptions options;
    options.merged = true;
    options.deadline = Deadline::in(std::chrono::seconds(5));
    try {
        const Captured said = capture(std::move(request), options);
        if (said.status != 0) return not_running(vanilla.path, first_line(said.out));
        return {Level::ok, "runc", text(vanilla.path, ": ", first_line(said.out)), {}};
    } catch (const Error& error) {
        return not_running(vanilla.path, error.message());
    }
}

Finding look_at_engines() {
    const std::string path = find_program("runc");
    const UniqueFd file(path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file && forward::is_runphi(file.get())) {
        return {Level::ok, "engines", text("what they call runc, ", path, ", is runPHI"), {}};
    }
    return {Level::note, "engines",
            path.empty() ? "there is no runc where they look for one"
                         : text("what they call runc, ", path, ", is not runPHI"),
            "runphi-configure -a; nothing, if runPHI is a runtime of its own there (--handler)"};
}

}  // namespace phi::doctor

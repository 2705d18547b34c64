// SPDX-License-Identifier: Apache-2.0
#include "core/forward/vanilla.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/forward/identity.hpp"

namespace phi::forward {
namespace {

// runphi-configure saves a replaced runc as runc_vanilla, beside the place it had.
constexpr std::array usual_places = {
    "/usr/bin/runc_vanilla",       "/usr/sbin/runc_vanilla", "/usr/local/sbin/runc_vanilla",
    "/usr/local/bin/runc_vanilla", "/usr/bin/runc",          "/usr/sbin/runc"};

// Empty if it will do, else the reason why not.
std::string unfit(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    // Not the errno's text: to an engine "no such file" means that the container's command is
    // missing.
    if (!file) return errno == ENOENT ? "absent" : errno_text(errno);
    struct stat found {};
    if (::fstat(file.get(), &found) != 0) return errno_text(errno);
    if (!S_ISREG(found.st_mode)) return "not a regular file";
    if (::access(path.c_str(), X_OK) != 0) return "not executable";
    if (is_runphi(file.get())) return "this is runphi itself";
    return {};
}

}  // namespace

Vanilla find_vanilla(const Settings& settings) {
    Vanilla result;
    const auto accept = [&result](const std::string& path) {
        const std::string reason = unfit(path);
        if (reason.empty())
            result.path = path;
        else
            result.rejected.push_back(text(path, " (", reason, ')'));
        return reason.empty();
    };
    if (!settings.runc.empty()) {
        accept(settings.runc);
        return result;
    }
    for (const char* place : usual_places)
        if (accept(place)) break;
    return result;
}

void hand_over(const Vanilla& vanilla, char* const argv[]) {
    ::execv(vanilla.path.c_str(), argv);
    throw os_error(text("exec ", vanilla.path));
}

void refuse_foreign(const Vanilla& vanilla, const std::string& bundle) {
    throw Error(Code::unsupported,
                text("bundle ", quoted(bundle, 512),
                     " asks for no partition, and there is no runc to run it as an ordinary "
                     "container"),
                text("looked for runc at ", join(vanilla.rejected, ", "),
                     "; install runc or name it as \"runc\" in the settings; to run the container "
                     "as a partition give it a vm section or an org.runphi.* annotation"));
}

}  // namespace phi::forward

// SPDX-License-Identifier: Apache-2.0
#include "core/command/vanilla.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "core/base/capture.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/forward/store_path.hpp"
#include "core/forward/vanilla.hpp"

namespace phi::command {

namespace {

constexpr auto answer_limit = std::chrono::seconds(60);

std::string run_vanilla(const Settings& settings, const std::vector<std::string>& words) {
    const auto vanilla = forward::find_vanilla(settings);
    if (vanilla.path.empty())
        throw Error(Code::not_found, "there is none at " + join(vanilla.rejected, ", "));
    SpawnRequest request;
    request.path = vanilla.path;
    request.argv = {"runc"};
    request.argv.insert(request.argv.end(), words.begin(), words.end());
    request.env = own_environment();
    CaptureOptions limits;
    limits.deadline = Deadline::in(answer_limit);
    Captured said = capture(request, limits);
    if (!said.err.empty()) log::debug("runc: " + quoted(said.err, 1024));
    if (said.status != 0)
        throw Error(Code::invalid, text(vanilla.path, " ends with status ", said.status));
    return std::move(said.out);
}

std::string directory_of(const std::string& root) {
    return root.empty() ? forward::default_root : root;
}

}  // namespace

std::optional<std::string> ask_vanilla(const Settings& settings,
                                       const std::vector<std::string>& words) {
    try {
        return run_vanilla(settings, words);
    } catch (const Error& error) {
        log::debug(text("the vanilla runc, ", join(words, " "), ": ", error.message()));
        return std::nullopt;
    }
}

bool vanilla_has(const std::string& root, const std::string& id) {
    struct stat found {};
    return ::stat(text(directory_of(root), '/', id).c_str(), &found) == 0;
}

bool vanilla_has_any(const std::string& root) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(directory_of(root), none))
        if (entry.is_directory(none)) return true;
    return false;
}

}  // namespace phi::command

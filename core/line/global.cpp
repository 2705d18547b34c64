// SPDX-License-Identifier: Apache-2.0
#include "core/line/global.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/fs/file.hpp"

namespace phi::line {
namespace {

constexpr std::array<std::string_view, 5> levels = {"error", "warn", "info", "debug", "trace"};

const char* environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;  // podman passes empty ones
}

// Is this the machine's root, or root of a user namespace of somebody else?
bool in_user_namespace() {
    try {
        const std::string map = read_file("/proc/self/uid_map", 4096);
        return map.find("4294967295") == std::string::npos;
    } catch (const Error&) {
        return false;  // a kernel without user namespaces
    }
}

// runc keeps the containers of an ordinary user below XDG_RUNTIME_DIR.
std::string default_root() {
    const char* runtime_dir = environment("XDG_RUNTIME_DIR");
    if (runtime_dir == nullptr) return {};
    if (::geteuid() == 0) {
        const char* user = std::getenv("USER");
        const bool plain_root = user != nullptr && std::string_view(user) == "root";
        if (plain_root || !in_user_namespace()) return {};
    }
    return absolute(text(runtime_dir, "/runc"));
}

int own_level() {
    const char* wanted = environment("RUNPHI_DEBUG_LEVEL");
    if (wanted == nullptr) return -1;
    for (std::size_t level = 0; level < levels.size(); ++level)
        if (levels[level] == wanted) return static_cast<int>(level);
    throw Error(Code::invalid, text("RUNPHI_DEBUG_LEVEL: unknown level ", quoted(wanted)),
                "the levels are error, warn, info, debug and trace");
}

// runc makes the file at once; here too, because a log that nobody can write must be known before
// the command has an effect.
void require_writable(const std::string& file) {
    const UniqueFd fd(::open(
        file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644));
    if (!fd) throw os_error(text("open ", file));
}

}  // namespace

GlobalLine::GlobalLine() {
    flags_.toggle("--debug", "write debug lines to the log", &debug_);
    flags_.word("--log", "the log file (default: standard error)", &log_);
    flags_.word("--log-format", "text or json (default: \"text\")", &log_format_);
    flags_.word("--root", "the store of the containers (default: \"/run/runc\")", &root_);
    flags_.word("--criu", "accepted for runc's sake (default: \"criu\")");
    flags_.toggle("--systemd-cgroup", "cgroupsPath has systemd's form, SLICE:PREFIX:NAME",
                  &systemd_cgroup_);
    flags_.word("--rootless", "true, false or auto; accepted for runc's sake (default: \"auto\")");
    flags_.toggle("--version,-v", "print the version", &version_);
}

void GlobalLine::parse(const std::vector<std::string>& words) {
    root_ = default_root();
    rest_ = flags_.parse(words, Flags::Order::first);
    if (flags_.given("root")) root_ = absolute(root_);
}

Global GlobalLine::global() const {
    return {root_, systemd_cgroup_, {}};
}

log::Options GlobalLine::log_options(const Settings& settings) const {
    log::Options options;
    options.debug = debug_;
    if (log_format_ == "json")
        options.format = log::Format::json;
    else if (log_format_ != "text" && !log_format_.empty())
        throw Error(Code::invalid, text("invalid log-format: ", log_format_));
    options.own_level = own_level();
    options.own_file = settings.log_file;
    if (!log_.empty()) {
        const std::string file = log_.front() == '/' ? log_ : absolute(log_);
        require_writable(file);
        options.file = file;
    }
    return options;
}

std::string absolute(const std::string& path) {
    std::string whole = path;
    if (whole.empty() || whole.front() != '/') {
        std::array<char, PATH_MAX> cwd;
        if (::getcwd(cwd.data(), cwd.size()) == nullptr) throw os_error("getwd");
        whole = text(cwd.data(), '/', path);
    }
    std::vector<std::string_view> parts;
    for (const auto part : split(whole, '/')) {
        if (part.empty() || part == ".") continue;
        if (part != "..")
            parts.push_back(part);
        else if (!parts.empty())
            parts.pop_back();
    }
    std::string clean;
    for (const auto part : parts) clean += text('/', part);
    return clean.empty() ? "/" : clean;
}

}  // namespace phi::line

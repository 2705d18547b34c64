// SPDX-License-Identifier: Apache-2.0
#include "core/settings/settings.hpp"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/fs/trust.hpp"

namespace phi {

namespace {

using json::Node;

constexpr std::size_t file_limit = 1U << 20;
constexpr std::uint64_t least_memory = 1ULL << 20;
constexpr std::uint64_t most_memory = 1ULL << 48;
constexpr std::uint64_t most_cpus = 8192;
constexpr std::uint64_t most_stop_timeout_s = 86400;
constexpr std::array<std::string_view, 4> grantable = {"org.runphi.devices", "org.runphi.irqs",
                                                       "org.runphi.iomems", "org.runphi.channels"};

std::uint64_t memory_of(const Node& node) {
    const std::string wanted = "a size from 1M to 256T, as a number of bytes or like \"256M\"";
    std::optional<std::uint64_t> bytes;
    if (node.value().IsString()) {
        bytes = parse_amount(node.as_string());
    } else if (node.value().IsUint64()) {
        bytes = node.as_u64();
    }
    if (!bytes || *bytes < least_memory || *bytes > most_memory) node.mismatch(wanted);
    return *bytes;
}

std::string absolute_path_of(const Node& node) {
    std::string path = node.as_string();
    if (path.empty() || path[0] != '/' || path.size() >= PATH_MAX ||
        path.find('\0') != std::string::npos) {
        node.mismatch("an absolute path");
    }
    return path;
}

void read_path(const Node& root, const char* key, std::string& into) {
    if (const auto node = root.find(key)) into = absolute_path_of(*node);
}

// As manifests have it (detect/manifest.cpp).
bool is_backend_id(std::string_view id) {
    return !id.empty() && id.size() <= 31 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

const char* const backend_id_text = "a backend id (1 to 31 of a-z, 0-9 and -)";

Settings::Select select_of(const Node& node) {
    const std::string select = node.as_string();
    if (select == "marked") return Settings::Select::marked;
    if (select == "all") return Settings::Select::all;
    if (select == "none") return Settings::Select::none;
    node.mismatch(R"("marked", "all" or "none")");
}

// "org.runphi.xen.sched": what a backend's own annotations are called, only the backend knows.
bool is_of_backend(std::string_view name) {
    constexpr std::string_view prefix = "org.runphi.";
    if (!name.starts_with(prefix)) return false;
    const auto dot = name.find('.', prefix.size());
    return dot != std::string_view::npos && dot + 1 < name.size() &&
           is_backend_id(std::string(name.substr(prefix.size(), dot - prefix.size())));
}

std::vector<std::string> annotations_of(const Node& list) {
    std::vector<std::string> names;
    list.each([&](const Node& node) {
        names.push_back(node.as_string());
        // A misspelt name would grant nothing, and nobody would see why.
        const bool known =
            std::find(grantable.begin(), grantable.end(), names.back()) != grantable.end();
        if (!known && !is_of_backend(names.back())) {
            node.mismatch(
                "org.runphi.devices, org.runphi.irqs, org.runphi.iomems, org.runphi.channels or "
                "org.runphi.BACKEND.NAME");
        }
    });
    return names;
}

std::map<std::string, std::string> backend_settings_of(const Node& object) {
    std::map<std::string, std::string> settings;
    object.members([&](const std::string& id, const Node& node) {
        if (!is_backend_id(id)) node.fail(text("the key is not ", backend_id_text));
        if (!node.value().IsObject()) node.mismatch("an object");
        settings[id] = json::write(node.value());
    });
    return settings;
}

void read_defaults(const Node& defaults, Settings& settings) {
    defaults.only({"memory", "cpus"});
    if (const auto memory = defaults.find("memory")) settings.default_memory = memory_of(*memory);
    if (const auto cpus = defaults.find("cpus")) {
        settings.default_cpus = static_cast<unsigned>(cpus->as_u64(1, most_cpus));
    }
}

Settings read_settings(const Node& root) {
    root.only({"select", "runc", "backend", "backends_dir", "state_dir", "board", "guest_dir",
               "log_file", "defaults", "stop_timeout_s", "annotations", "image_dirs",
               "backend_settings"});
    Settings settings;
    if (const auto select = root.find("select")) settings.select = select_of(*select);
    if (const auto backend = root.find("backend")) {
        settings.backend = backend->as_string();
        if (!is_backend_id(settings.backend)) backend->mismatch(backend_id_text);
    }
    read_path(root, "runc", settings.runc);
    read_path(root, "backends_dir", settings.backends_dir);
    read_path(root, "state_dir", settings.state_dir);
    read_path(root, "board", settings.board);
    read_path(root, "guest_dir", settings.guest_dir);
    read_path(root, "log_file", settings.log_file);
    if (const auto defaults = root.find("defaults")) read_defaults(*defaults, settings);
    if (const auto timeout = root.find("stop_timeout_s")) {
        settings.stop_timeout_s = static_cast<unsigned>(timeout->as_u64(0, most_stop_timeout_s));
    }
    if (const auto list = root.find("annotations")) {
        settings.granting_annotations = annotations_of(*list);
    }
    if (const auto list = root.find("image_dirs")) {
        list->each([&](const Node& dir) { settings.image_dirs.push_back(absolute_path_of(dir)); });
    }
    if (const auto object = root.find("backend_settings")) {
        settings.backend_settings = backend_settings_of(*object);
    }
    return settings;
}

}  // namespace

Settings Settings::parse(const std::string& text, const std::string& file) {
    const json::Document document = json::parse(text, file, {file_limit, 16});
    try {
        return read_settings(Node(document, ""));
    } catch (const Error& error) {
        throw error.within(file);
    }
}

Settings Settings::load() {
    const char* named = std::getenv("RUNPHI_CONFIG");
    const bool is_default = named == nullptr || *named == '\0';
    const std::string file = is_default ? default_file : named;
    if (is_default && ::access(file.c_str(), F_OK) != 0 && errno == ENOENT) return {};
    const UniqueFd fd = open_trusted(file);
    return parse(read_fd(fd.get(), file, file_limit), file);
}

std::string Settings::for_backend(const std::string& id) const {
    const auto found = backend_settings.find(id);
    return found == backend_settings.end() ? "{}" : found->second;
}

}  // namespace phi

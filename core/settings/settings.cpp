// SPDX-License-Identifier: Apache-2.0
#include "core/settings/settings.hpp"

#include <stdlib.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/fs/trust.hpp"

namespace phi {

namespace {

constexpr std::size_t size_limit = 1U << 20;

void read_path(const json::Node& node, const char* key, std::string& into) {
    const auto found = node.find(key);
    if (!found) return;
    into = found->as_string();
    if (into.empty() || into[0] != '/') {
        found->fail("expected an absolute path, found " + quoted(into));
    }
}

Settings::Select read_select(const json::Node& node) {
    const std::string value = node.as_string();
    if (value == "marked") return Settings::Select::marked;
    if (value == "all") return Settings::Select::all;
    node.fail("expected \"marked\" or \"all\", found " + quoted(value));
}

std::uint64_t read_memory(const json::Node& node) {
    if (!node.value().IsString()) return node.as_u64(1, std::uint64_t{1} << 60);
    const auto amount = parse_amount(node.as_string());
    if (!amount || *amount == 0) {
        node.fail("expected a size such as \"256M\", found " + quoted(node.as_string()));
    }
    return *amount;
}

void read_defaults(const json::Node& node, Settings& settings) {
    node.only({"memory", "cpus"});
    if (const auto memory = node.find("memory")) settings.default_memory = read_memory(*memory);
    if (const auto cpus = node.find("cpus")) {
        settings.default_cpus = static_cast<unsigned>(cpus->as_u64(1, 4096));
    }
}

void read_paths(const json::Node& node, Settings& settings) {
    read_path(node, "runc", settings.runc);
    read_path(node, "backends_dir", settings.backends_dir);
    read_path(node, "state_dir", settings.state_dir);
    read_path(node, "board", settings.board);
    read_path(node, "guest_dir", settings.guest_dir);
    read_path(node, "log_file", settings.log_file);
    settings.image_dirs = node.strings("image_dirs");
    for (const auto& dir : settings.image_dirs) {
        if (!dir.starts_with('/')) {
            node.at("image_dirs").fail("expected absolute paths, found " + quoted(dir));
        }
    }
}

}  // namespace

Settings Settings::parse(const std::string& text, const std::string& file) {
    const json::Document document = json::parse(text, file, {size_limit, 16});
    const json::Node node(document, file);
    node.only({"select", "runc", "backend", "backends_dir", "state_dir", "board", "guest_dir",
               "log_file", "defaults", "stop_timeout_s", "annotations", "image_dirs",
               "backend_settings"});
    Settings settings;
    if (const auto select = node.find("select")) settings.select = read_select(*select);
    settings.backend = node.opt_string("backend").value_or("");
    read_paths(node, settings);
    if (const auto defaults = node.find("defaults")) read_defaults(*defaults, settings);
    if (const auto seconds = node.find("stop_timeout_s")) {
        settings.stop_timeout_s = static_cast<unsigned>(seconds->as_u64(0, 86400));
    }
    settings.granting_annotations = node.strings("annotations");
    if (const auto all = node.find("backend_settings")) {
        all->members([&settings](const std::string& id, const json::Node& one) {
            if (!one.value().IsObject()) one.mismatch("an object");
            settings.backend_settings.emplace(id, json::write(one.value()));
        });
    }
    return settings;
}

Settings Settings::load() {
    const char* named = ::getenv("RUNPHI_CONFIG");
    const std::string file = named != nullptr && *named != '\0' ? named : default_file;
    if (file == default_file && ::access(default_file, F_OK) != 0) return {};
    const UniqueFd opened = open_trusted(file);
    return parse(read_fd(opened.get(), file, size_limit), file);
}

std::string Settings::for_backend(const std::string& id) const {
    const auto found = backend_settings.find(id);
    return found == backend_settings.end() ? "{}" : found->second;
}

}  // namespace phi

// SPDX-License-Identifier: Apache-2.0
#include "core/oci/spec.hpp"

#include "core/base/error.hpp"
#include "core/fs/file.hpp"
#include "core/oci/spec_read.hpp"

namespace phi::oci {

namespace {

constexpr const char* file = "config.json";

// The words for a broken text are runc's, where it has some: they stand alone.
json::Document parse_document(const std::string& text) {
    try {
        return json::parse(text, "");
    } catch (const Error& error) {
        if (error.message().compare(0, 17, "invalid character") == 0) throw;
        throw error.within(file);
    }
}

Spec read_all(const json::Node& root) {
    Spec spec;
    spec.version = read::string(root, "ociVersion");
    if (const auto node = root.find("process")) spec.process = read::process(*node);
    if (const auto node = root.find("root")) {
        const auto path = node->at("path");
        spec.root_path = read::string(path);
        if (spec.root_path.empty()) path.fail("must not be empty");
        spec.root_readonly = node->opt_bool("readonly").value_or(false);
    }
    spec.hostname = read::string(root, "hostname");
    spec.domainname = read::string(root, "domainname");
    if (const auto node = root.find("mounts")) spec.mounts = read::mounts(*node);
    if (const auto node = root.find("hooks")) spec.hooks = read::hooks(*node);
    spec.annotations = read::string_map(root, "annotations");
    if (const auto node = root.find("linux")) read::linux_section(*node, spec);
    if (const auto node = root.find("vm")) spec.vm = read::vm(*node);
    return spec;
}

}  // namespace

const std::string* Spec::environment(const std::string& name) const {
    if (!process) return nullptr;
    // The last of several counts, as when runc sets them one after the other.
    const std::string start = name + "=";
    for (auto pair = process->env.rbegin(); pair != process->env.rend(); ++pair) {
        if (pair->compare(0, start.size(), start) != 0) continue;
        return &(environment_values[name] = pair->substr(start.size()));
    }
    return nullptr;
}

const std::string* Spec::annotation(const std::string& name) const {
    const auto found = annotations.find(name);
    return found == annotations.end() ? nullptr : &found->second;
}

Spec parse_spec(const std::string& text) {
    const json::Document document = parse_document(text);
    Spec spec;
    try {
        spec = read_all(json::Node(document, ""));
    } catch (const Error& error) {
        throw error.within(file);
    }
    read::check(spec);
    return spec;
}

Spec load_spec(int bundle_fd) {
    std::string text;
    try {
        text = read_file_at(bundle_fd, file);
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        throw Error(Code::not_found, "JSON specification file config.json not found");
    }
    return parse_spec(text);
}

}  // namespace phi::oci

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/fs/trust.hpp"
#include "detect/detect.hpp"

namespace phi::detect {

namespace {

constexpr std::size_t manifest_limit = 64U << 10;
constexpr std::size_t list_limit = 64;  // arches, hints, paths of a hint
constexpr std::size_t id_max = 31;      // runphi_plugin.id with its NUL

bool is_id(const std::string& id) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    };
    return !id.empty() && id.size() <= id_max && std::all_of(id.begin(), id.end(), fits);
}

std::string read_path(const json::Node& node) {
    std::string path = node.as_string();
    if (path.empty() || path[0] != '/' || path.find('\0') != std::string::npos) {
        node.fail(quoted(path) + " is not an absolute path");
    }
    return path;
}

Hint read_hint(const json::Node& node) {
    node.only({"exists", "file", "contains", "any_exists"});
    const auto exists = node.find("exists");
    const auto any = node.find("any_exists");
    const auto file = node.find("file");
    const auto contains = node.find("contains");
    if (exists && !any && !file && !contains) {
        return {Hint::Kind::exists, {read_path(*exists)}, {}};
    }
    if (any && !exists && !file && !contains) {
        Hint hint{Hint::Kind::any_exists, {}, {}};
        any->each([&](const json::Node& one) { hint.paths.push_back(read_path(one)); });
        if (hint.paths.empty() || hint.paths.size() > list_limit) {
            any->fail(text("has ", hint.paths.size(), " paths, 1 to ", list_limit, " are needed"));
        }
        return hint;
    }
    if (file && contains && !exists && !any) {
        Hint hint{Hint::Kind::contains, {read_path(*file)}, contains->as_string()};
        if (hint.contains.empty()) contains->fail("is empty");
        return hint;
    }
    node.fail("a hint is \"exists\", or \"any_exists\", or \"file\" with \"contains\"");
}

std::string read_library(const json::Node& node) {
    std::string library = node.as_string();
    const bool plain = library.find('/') == std::string::npos && library.ends_with(".so") &&
                       library.size() > 3 && library[0] != '.' &&
                       library.find('\0') == std::string::npos;
    if (!plain) node.fail(quoted(library) + " is not the name of a .so file beside the manifest");
    return library;
}

std::vector<std::string> read_arches(const json::Node& root) {
    auto arches = root.strings("arches");
    if (arches.empty() || arches.size() > list_limit) {
        root.at("arches").fail(
            text("has ", arches.size(), " names, 1 to ", list_limit, " are needed"));
    }
    for (const std::string& arch : arches) {
        if (arch != "x86_64" && arch != "aarch64") {
            root.at("arches").fail(quoted(arch) + " is not \"x86_64\" or \"aarch64\"");
        }
    }
    return arches;
}

Manifest parse_manifest(const std::string& bytes, const std::string& file, const std::string& id) {
    const json::Document document = json::parse(bytes, file, {manifest_limit, 8});
    const json::Node root(document, file);
    root.only({"format", "id", "name", "library", "abi", "arches", "priority", "hints"});
    const std::string format = root.at("format").as_string();
    if (format != "runphi.plugin/1") {
        root.at("format").fail(quoted(format) + " is not \"runphi.plugin/1\"");
    }
    Manifest manifest;
    manifest.id = root.at("id").as_string();
    if (manifest.id != id) {
        root.at("id").fail(quoted(manifest.id) + " is not the name of its folder, " + quoted(id));
    }
    manifest.name = root.at("name").as_string();
    manifest.library = read_library(root.at("library"));
    const json::Node abi = root.at("abi");
    abi.only({"major", "minor"});
    manifest.abi_major = static_cast<unsigned>(abi.at("major").as_u64(0, 65535));
    manifest.abi_minor = static_cast<unsigned>(abi.at("minor").as_u64(0, 65535));
    manifest.arches = read_arches(root);
    manifest.priority = static_cast<int>(root.at("priority").as_i64(-1000, 1000));
    root.at("hints").each([&](const json::Node& one) { manifest.hints.push_back(read_hint(one)); });
    if (manifest.hints.size() > list_limit) {
        root.at("hints").fail(text("has ", manifest.hints.size(), " hints, at most ", list_limit));
    }
    return manifest;
}

}  // namespace

Manifest read_manifest(const std::string& backends_dir, const std::string& id) {
    if (!is_id(id)) {
        throw Error(Code::invalid, text("backend id ", quoted(id), " is not valid"),
                    text("an id has 1 to ", id_max, " of a-z, 0-9 and -"));
    }
    const std::string dir = backends_dir + "/" + id;
    const std::string file = dir + "/plugin.json";
    try {
        const UniqueFd fd = open_trusted(file);
        Manifest manifest = parse_manifest(read_fd(fd.get(), file, manifest_limit), file, id);
        manifest.dir = dir;
        return manifest;
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        throw Error(Code::not_found, text("backend ", quoted(id), ": ", error.message()),
                    text("install the backend below ", backends_dir,
                         ", or name another one; `runphi detect` lists those that are there"));
    }
}

}  // namespace phi::detect

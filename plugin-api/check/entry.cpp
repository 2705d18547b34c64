// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include <fstream>
#include <iterator>
#include <runphi/sdk/json.hpp>

#include "checks.hpp"

namespace check {

namespace {

std::string dir_of(const std::string& path) {
    return path.substr(0, path.rfind('/'));
}

void check_names(const runphi_plugin& entry) {
    const std::string id = require_text(entry.id, sizeof entry.id, "the id");
    require(!id.empty() &&
                id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos,
            "the id \"" + id + "\" is not made of a-z, 0-9 and -");
    require(!require_text(entry.version, sizeof entry.version, "the version").empty(),
            "the version is empty");
    require_text(entry.vendor, sizeof entry.vendor, "the vendor");
}

void check_manifest(const runphi_plugin& entry, const std::string& library) {
    std::ifstream file(dir_of(library) + "/plugin.json");
    if (!file) throw Skip{"there is none beside the library"};
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const runphi::sdk::JsonDocument document(text, "plugin.json");
    const auto root = document.root();
    root.only({"format", "id", "name", "library", "abi", "arches", "priority", "hints"});
    require(root.at("format").string() == "runphi.plugin/1", "its format is not runphi.plugin/1");
    require(root.at("id").string() == entry.id,
            "its id is \"" + root.at("id").string() + "\", the entry's \"" + entry.id + "\"");
    const std::string name = library.substr(library.rfind('/') + 1);
    require(root.at("library").string() == name, "it names another library than " + name);
    require(root.at("abi").at("major").u64() == entry.abi_major &&
                root.at("abi").at("minor").u64() == entry.abi_minor,
            "it names another ABI than the entry");
    require(!root.at("arches").elements().empty(), "it names no architecture");
    root.at("name").string();
    root.at("priority");
    root.at("hints").elements();
}

// The table of this name: long enough, and the same at every call.
template <typename Table>
const Table* table(const runphi_plugin& entry, const char* name) {
    const auto* found = static_cast<const Table*>(entry.get_interface(name));
    if (found == nullptr) return nullptr;
    require(found->size >= sizeof(Table), std::string(name) + " has " +
                                              std::to_string(found->size) + " bytes, not " +
                                              std::to_string(sizeof(Table)));
    require(found == entry.get_interface(name), std::string(name) + " is another one each time");
    return found;
}

// Every function from the first to the last is there: the tables hold nothing but functions.
template <typename Table>
void require_functions(const Table& table, std::size_t count, const char* name) {
    const auto* functions = reinterpret_cast<void (*const*)()>(
        reinterpret_cast<const char*>(&table) + 2 * sizeof(std::uint32_t));
    for (std::size_t i = 0; i < count; ++i) {
        require(functions[i] != nullptr,
                std::string(name) + ": function " + std::to_string(i + 1) + " is NULL");
    }
}

template <typename Table>
const Table* required(const runphi_plugin& entry, const char* name, std::size_t functions) {
    const Table* found = table<Table>(entry, name);
    require(found != nullptr, std::string(name) + " is missing");
    require_functions(*found, functions, name);
    return found;
}

void check_optional(Bench& bench, const runphi_plugin& entry) {
    bench.report.check("optional interfaces", [&] {
        bench.tables.channel = table<runphi_channel>(entry, RUNPHI_CHANNEL_1);
        if (bench.tables.channel != nullptr) {
            require_functions(*bench.tables.channel, 2, RUNPHI_CHANNEL_1);
        }
        bench.tables.stats = table<runphi_stats>(entry, RUNPHI_STATS_1);
        if (bench.tables.stats != nullptr) {
            require_functions(*bench.tables.stats, 1, RUNPHI_STATS_1);
        }
        bench.tables.update = table<runphi_update>(entry, RUNPHI_UPDATE_1);
        if (bench.tables.update != nullptr) {
            require_functions(*bench.tables.update, 1, RUNPHI_UPDATE_1);
        }
        if (const auto* snapshot = table<runphi_snapshot>(entry, RUNPHI_SNAPSHOT_1)) {
            require_functions(*snapshot, 2, RUNPHI_SNAPSHOT_1);
        }
        if (const auto* tool = table<runphi_tool>(entry, RUNPHI_TOOL_1)) {
            require_functions(*tool, 1, RUNPHI_TOOL_1);
        }
    });
}

}  // namespace

bool check_entry(Bench& bench) {
    bench.report.section("entry");
    void* library = nullptr;
    const runphi_plugin* entry = nullptr;
    const bool usable = bench.report.check("the library loads, now and by itself", [&] {
        library = ::dlopen(bench.options.plugin.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) throw Failure{::dlerror()};
    }) && bench.report.check("symbol " RUNPHI_ENTRY_SYMBOL, [&] {
        entry = static_cast<const runphi_plugin*>(::dlsym(library, RUNPHI_ENTRY_SYMBOL));
        require(entry != nullptr, "there is none");
    }) && bench.report.check("magic, ABI version and size", [&] {
        require(entry->magic == RUNPHI_ENTRY_MAGIC, "the magic is wrong");
        require(entry->abi_major == RUNPHI_ABI_MAJOR && entry->abi_minor <= RUNPHI_ABI_MINOR,
                "it is for ABI " + std::to_string(entry->abi_major) + "." +
                    std::to_string(entry->abi_minor));
        require(entry->size >= sizeof *entry, "the entry is too short");
        require(entry->get_interface != nullptr, "get_interface is NULL");
    });
    if (!usable) return false;
    bench.tables.entry = entry;
    bench.report.check("id, version and vendor", [&] { check_names(*entry); });
    bench.report.check("manifest", [&] { check_manifest(*entry, bench.options.plugin); });
    bench.report.check("an interface that nobody knows is NULL", [&] {
        require(entry->get_interface("runphi.unknown/1") == nullptr, "it is not");
        require(entry->get_interface("") == nullptr, "the empty name is one");
    });
    check_optional(bench, *entry);
    Tables& tables = bench.tables;
    const bool detect = bench.report.check(RUNPHI_DETECT_1, [&] {
        tables.detect = required<runphi_detect>(*entry, RUNPHI_DETECT_1, 2);
    });
    const bool resources = bench.report.check(RUNPHI_RESOURCES_1, [&] {
        tables.resources = required<runphi_resources>(*entry, RUNPHI_RESOURCES_1, 8);
    });
    const bool lifecycle = bench.report.check(RUNPHI_LIFECYCLE_1, [&] {
        // mount and unmount, the last two, may be NULL.
        tables.lifecycle = required<runphi_lifecycle>(*entry, RUNPHI_LIFECYCLE_1, 11);
    });
    return detect && resources && lifecycle;
}

}  // namespace check

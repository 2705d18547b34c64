// SPDX-License-Identifier: Apache-2.0
#include "core/backend/entry.hpp"

#include <cstring>
#include <initializer_list>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::backend {

namespace {

[[noreturn]] void refuse(const std::string& library, const std::string& message,
                         const std::string& hint) {
    throw Error(Code::invalid, library + ": " + message, hint);
}

// A fixed field that must hold a NUL.
template <std::size_t N>
bool terminated(const char (&field)[N]) {
    return ::strnlen(field, N) < N && is_utf8(field);
}

struct Function {
    const char* name;
    bool present;
};

// The interface of this name, of which `Table` is the first release.
template <typename Table>
const Table* find(const runphi_plugin& plugin, const char* name, const std::string& library) {
    const auto* table = static_cast<const Table*>(plugin.get_interface(name));
    if (table != nullptr && table->size < sizeof(Table)) {
        refuse(library,
               text("interface ", name, " has ", table->size,
                    " bytes, this runphi expects at least ", sizeof(Table)),
               "rebuild the backend with the headers of plugin ABI 1");
    }
    return table;
}

template <typename Table>
const Table* require(const runphi_plugin& plugin, const char* name, const std::string& library) {
    const Table* table = find<Table>(plugin, name, library);
    if (table == nullptr) {
        refuse(library, text("required interface ", name, " is missing"),
               "every backend has " RUNPHI_DETECT_1 ", " RUNPHI_RESOURCES_1
               " and " RUNPHI_LIFECYCLE_1);
    }
    return table;
}

void complete(const char* interface, std::initializer_list<Function> functions,
              const std::string& library) {
    for (const Function& function : functions) {
        if (function.present) continue;
        refuse(library, text("interface ", interface, " has no function ", function.name),
               "what a backend cannot do, its function answers with RUNPHI_UNSUPPORTED");
    }
}

void check_required(const Interfaces& is, const std::string& library) {
    const auto& d = *is.detect;
    complete(RUNPHI_DETECT_1,
             {{"probe", d.probe != nullptr}, {"inventory", d.inventory != nullptr}}, library);
    const auto& r = *is.resources;
    complete(RUNPHI_RESOURCES_1,
             {{"begin", r.begin != nullptr},
              {"cpu", r.cpu != nullptr},
              {"mem", r.mem != nullptr},
              {"dev", r.dev != nullptr},
              {"net", r.net != nullptr},
              {"comm", r.comm != nullptr},
              {"boot", r.boot != nullptr},
              {"end", r.end != nullptr}},
             library);
    const auto& l = *is.lifecycle;
    complete(RUNPHI_LIFECYCLE_1,
             {{"create", l.create != nullptr},
              {"start", l.start != nullptr},
              {"stop", l.stop != nullptr},
              {"pause", l.pause != nullptr},
              {"resume", l.resume != nullptr},
              {"kill", l.kill != nullptr},
              {"destroy", l.destroy != nullptr},
              {"query", l.query != nullptr},
              {"wait", l.wait != nullptr},
              {"event", l.event != nullptr},
              {"list", l.list != nullptr}},
             library);
}

void check_optional(const Interfaces& is, const std::string& library) {
    if (is.channel != nullptr) {
        // `sessions` may be missing: then they go over the agent channel.
        complete(
            RUNPHI_CHANNEL_1,
            {{"console", is.channel->console != nullptr}, {"agent", is.channel->agent != nullptr}},
            library);
    }
    if (is.stats != nullptr) {
        complete(RUNPHI_STATS_1, {{"read", is.stats->read != nullptr}}, library);
    }
    if (is.update != nullptr) {
        complete(RUNPHI_UPDATE_1, {{"update", is.update->update != nullptr}}, library);
    }
    if (is.tool != nullptr) complete(RUNPHI_TOOL_1, {{"run", is.tool->run != nullptr}}, library);
}

}  // namespace

const runphi_plugin& check_entry(const void* entry, const detect::Manifest& manifest,
                                 const std::string& library) {
    const auto& plugin = *static_cast<const runphi_plugin*>(entry);
    if (plugin.magic != RUNPHI_ENTRY_MAGIC) {
        refuse(library,
               text(RUNPHI_ENTRY_SYMBOL " has magic 0x", hex(plugin.magic), ", expected 0x",
                    hex(RUNPHI_ENTRY_MAGIC)),
               "it is not a runPHI backend, or it is for a machine of another byte order");
    }
    // The version before the size: an entry of another major version may well have another size.
    if (plugin.abi_major != RUNPHI_ABI_MAJOR || plugin.abi_minor > RUNPHI_ABI_MINOR) {
        refuse(
            library,
            text("is built for plugin ABI ", plugin.abi_major, ".", plugin.abi_minor,
                 ", this runphi " RUNPHI_VERSION " has ", RUNPHI_ABI_MAJOR, ".", RUNPHI_ABI_MINOR),
            "install a backend and a runphi of the same major ABI, runphi's minor not below");
    }
    if (plugin.size < sizeof(runphi_plugin)) {
        refuse(library,
               text(RUNPHI_ENTRY_SYMBOL " has ", plugin.size, " bytes, expected at least ",
                    sizeof(runphi_plugin)),
               "rebuild the backend with the headers of plugin ABI 1");
    }
    if (!terminated(plugin.id) || !terminated(plugin.version) || !terminated(plugin.vendor)) {
        refuse(library, RUNPHI_ENTRY_SYMBOL " has an id, version or vendor that is no text",
               "rebuild the backend with RUNPHI_EXPORT_BACKEND of runphi/sdk.hpp");
    }
    if (plugin.id != manifest.id) {
        refuse(library,
               text("says it is backend ", quoted(plugin.id), ", its manifest ", manifest.dir,
                    "/plugin.json says ", quoted(manifest.id)),
               "install library and manifest of the same backend");
    }
    if (plugin.abi_major != manifest.abi_major || plugin.abi_minor != manifest.abi_minor) {
        refuse(library,
               text("is built for plugin ABI ", plugin.abi_major, ".", plugin.abi_minor,
                    ", its manifest ", manifest.dir, "/plugin.json says ", manifest.abi_major, ".",
                    manifest.abi_minor),
               "install library and manifest of the same build");
    }
    if (plugin.get_interface == nullptr) {
        refuse(library, RUNPHI_ENTRY_SYMBOL " has no get_interface",
               "rebuild the backend with RUNPHI_EXPORT_BACKEND of runphi/sdk.hpp");
    }
    return plugin;
}

Interfaces check_interfaces(const runphi_plugin& plugin, const std::string& library) {
    Interfaces found;
    found.detect = require<runphi_detect>(plugin, RUNPHI_DETECT_1, library);
    found.resources = require<runphi_resources>(plugin, RUNPHI_RESOURCES_1, library);
    found.lifecycle = require<runphi_lifecycle>(plugin, RUNPHI_LIFECYCLE_1, library);
    found.channel = find<runphi_channel>(plugin, RUNPHI_CHANNEL_1, library);
    found.stats = find<runphi_stats>(plugin, RUNPHI_STATS_1, library);
    found.update = find<runphi_update>(plugin, RUNPHI_UPDATE_1, library);
    found.tool = find<runphi_tool>(plugin, RUNPHI_TOOL_1, library);
    check_required(found, library);
    check_optional(found, library);
    return found;
}

}  // namespace phi::backend

// SPDX-License-Identifier: Apache-2.0
#include "fake/faults.hpp"

#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "fake/board.hpp"

namespace fake {

using namespace runphi::sdk;

namespace {

// The helper is built, and would be installed, beside this library.
std::string beside_this_library(const char* name) {
    Dl_info info{};
    if (::dladdr(reinterpret_cast<const void*>(&runphi_plugin_entry), &info) == 0) {
        throw Error(Code::internal, "the library does not find its own path");
    }
    const std::string path = info.dli_fname;
    return path.substr(0, path.rfind('/') + 1) + name;
}

std::set<std::string> names(const Json& settings, const char* key) {
    std::set<std::string> out;
    if (const auto list = settings.find(key)) {
        for (const Json& one : list->elements()) out.insert(one.string());
    }
    return out;
}

}  // namespace

Settings read_settings(const Host& host) {
    const JsonDocument document(host.settings(), "settings of fake");
    const Json root = document.root();
    root.only({"program", "board", "stats", "present", "capabilities", "fail", "hang", "die"});
    Settings settings;
    const auto program = root.find("program");
    settings.program = program ? program->string() : beside_this_library("fake-partition");
    const auto board = root.find("board");
    settings.board = board ? JsonWriter().value(board->value()).text() : default_board();
    if (const auto stats = root.find("stats")) {
        settings.stats = JsonWriter().value(stats->value()).text();
    }
    settings.present = root.boolean_or("present", true);
    if (const auto bits = root.find("capabilities")) settings.capabilities = bits->u64();
    if (const auto fail = root.find("fail")) {
        for (const auto& [function, code] : fail->members()) {
            settings.fail[function] = code.u64(RUNPHI_INVALID, RUNPHI_INTERNAL);
        }
    }
    settings.hang = names(root, "hang");
    settings.die = names(root, "die");
    return settings;
}

void injected(const Host& host, const char* function) {
    const Settings settings = read_settings(host);
    if (settings.die.count(function) != 0) ::kill(::getpid(), SIGKILL);
    if (settings.hang.count(function) != 0) {
        ::poll(nullptr, 0, host.poll_ms());
        throw Error(Code::timeout, std::string(function) + ": the hypervisor does not answer");
    }
    const auto fail = settings.fail.find(function);
    if (fail == settings.fail.end()) return;
    throw Error(static_cast<Code>(fail->second), std::string(function) + " fails as it was told to",
                "take it out of the settings of the fake backend");
}

}  // namespace fake

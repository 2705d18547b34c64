// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <numeric>

#include "core/base/text.hpp"
#include "core/board/label.hpp"
#include "core/board/node_files.hpp"
#include "plugin-api/include/runphi/abi.h"

namespace phi::board {

namespace {

// Of a label's name behind its prefix and of its value (Kubernetes' apimachinery, validation).
constexpr std::size_t label_limit = 63;
constexpr std::string_view label_others = "_-.";

struct Ability {
    std::uint64_t capability;
    const char* name;
};

constexpr std::array abilities = {
    Ability{RUNPHI_CAP_LINUX, "linux"},     Ability{RUNPHI_CAP_FORCED_STOP, "forced-stop"},
    Ability{RUNPHI_CAP_PAUSE, "pause"},     Ability{RUNPHI_CAP_SESSIONS, "exec"},
    Ability{RUNPHI_CAP_STATS, "stats"},     Ability{RUNPHI_CAP_UPDATE, "update"},
    Ability{RUNPHI_CAP_NETWORK, "network"}, Ability{RUNPHI_CAP_SHARE, "volumes"},
};

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void put(std::string& out, const std::string& name, const std::string& value) {
    const std::string label = label_text(name, label_others);
    if (label.size() > label_limit) {
        out += text("# too long for a label: ", label, "\n");
        return;
    }
    out += text(label, "=", label_text(value, label_others).substr(0, label_limit), "\n");
}

std::uint64_t total_memory(const Board& board) {
    return std::accumulate(
        board.memory.begin(), board.memory.end(), std::uint64_t{0},
        [](std::uint64_t sum, const MemoryPool& pool) { return sum + pool.size; });
}

}  // namespace

std::string label_text(std::string_view name, std::string_view others) {
    std::string out(name);
    for (char& c : out) {
        if (!is_plain(c) && others.find(c) == std::string_view::npos) c = '_';
    }
    const auto first = std::find_if(out.begin(), out.end(), is_plain);
    const auto last = std::find_if(out.rbegin(), out.rend(), is_plain).base();
    return first < last ? std::string(first, last) : "x";
}

std::string node_labels(const Board& board, const Hypervisor& hypervisor) {
    std::string out;
    put(out, "runphi.backend", hypervisor.backend);
    if (!hypervisor.version.empty()) put(out, "runphi.backend-version", hypervisor.version);
    for (const auto& ability : abilities) {
        if ((hypervisor.capabilities & ability.capability) == 0) continue;
        put(out, text("runphi.can-", ability.name), "true");
    }
    put(out, "runphi.cpus", text(board.cpus.size()));
    put(out, "runphi.exclusive-cpus", board.exclusive_cpus ? "true" : "false");
    put(out, "runphi.memory-mib", text(total_memory(board) >> 20));
    for (const auto& device : board.devices) put(out, "runphi.device-" + device.name, "true");
    for (const auto& channel : board.channels) put(out, "runphi.channel-" + channel.name, "true");
    return out;
}

}  // namespace phi::board

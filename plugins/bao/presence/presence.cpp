// SPDX-License-Identifier: Apache-2.0
#include "presence.hpp"

#include <algorithm>
#include <runphi/sdk.hpp>

#include "../../common/host_tree.hpp"

namespace runphi::bao {

using common::HostNode;
using common::HostTree;
using sdk::Code;
using sdk::Error;

namespace {

bool is_compatible(const HostNode& node, const std::string& with) {
    return std::find(node.compatible.begin(), node.compatible.end(), with) != node.compatible.end();
}

std::string text(const HostTree& tree, const HostNode& node, const char* property) {
    const auto all = tree.texts(node, property);
    return all.empty() ? std::string() : all.front();
}

void read_node(Presence& out, const HostTree& tree, const HostNode& node) {
    if (is_compatible(node, tree::layout_compatible)) {
        out.bao = out.laid_out = true;
        out.version = text(tree, node, tree::bao_version);
        out.layout = text(tree, node, tree::layout_name);
        out.hash = text(tree, node, tree::layout_hash);
    }
    if (is_compatible(node, tree::dispatcher_compatible)) out.bao = true;
    if (!is_compatible(node, tree::memory_compatible)) return;
    out.bao = true;
    if (node.registers.size() != 1) return;  // of no shape that anybody could use
    out.shared.push_back({text(tree, node, tree::window_slot), text(tree, node, tree::channel),
                          node.registers.front()});
}

const SharedMemory& window_of(const Presence& presence, const Slot& slot) {
    const auto is_it = [&](const SharedMemory& one) { return one.slot == slot.name; };
    const auto at = std::find_if(presence.shared.begin(), presence.shared.end(), is_it);
    if (at == presence.shared.end()) {
        throw Error(Code::unsupported,
                    "the device tree has no window of slot \"" + slot.name + "\" (a node " +
                        tree::memory_compatible + " with " + tree::window_slot + ")",
                    "boot with the device tree that `runphi bao layout` has written");
    }
    return *at;
}

void require_windows(const Presence& presence, const SlotTable& table) {
    for (const Slot& slot : table.slots) {
        const SharedMemory& window = window_of(presence, slot);
        const auto expected = common::extent_of(slot.window.base, slot.window.size);
        if (window.where == expected) continue;
        throw Error(Code::unsupported,
                    "the window of slot \"" + slot.name + "\" is at " + to_string(window.where) +
                        " in the device tree, and at " + to_string(expected) + " in the slot table",
                    "both must come from the same run of `runphi bao layout`");
    }
}

}  // namespace

Presence look_for_bao(const Settings& settings) {
    Presence out;
    try {
        const HostTree tree(settings.device_tree);
        for (const HostNode& node : tree.nodes()) read_node(out, tree, node);
    } catch (const Error& error) {
        out.reason = error.message();
        return out;
    }
    if (out.laid_out) {
        out.reason = "Bao " + out.version + ", layout \"" + out.layout + "\" in the device tree";
    } else if (out.bao) {
        out.reason = "the device tree has nodes of Bao, but none ";
        out.reason += tree::layout_compatible;
        out.reason += ": it was not laid out by runphi bao layout";
    } else {
        out.reason = settings.device_tree + " has no node of Bao";
    }
    return out;
}

Node Node::read(const Settings& settings) {
    Node out;
    out.presence = look_for_bao(settings);
    if (!out.presence.laid_out) {
        throw Error(Code::unsupported, out.presence.reason,
                    "lay the machine out with `runphi bao layout` and boot that");
    }
    out.table = read_table(settings.slots);
    const std::string hash = layout_hash(out.table);
    if (hash != out.presence.hash || out.table.layout != out.presence.layout) {
        throw Error(Code::unsupported,
                    settings.slots + " is of layout \"" + out.table.layout + "\" (" + hash +
                        "), and this machine was booted with \"" + out.presence.layout + "\" (" +
                        out.presence.hash + ")",
                    "put the slots.json of the layout there that was booted");
    }
    require_windows(out.presence, out.table);
    return out;
}

}  // namespace runphi::bao

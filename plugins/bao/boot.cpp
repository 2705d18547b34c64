// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "backend.hpp"
#include "guest/staged_image.hpp"
#include "node.hpp"
#include "presence/presence.hpp"
#include "staging/boot_medium.hpp"

// BOOT and the whole plan: some slot that fits must have its memory where the image goes. Which one
// it becomes is found out at create, when it is known who has which.
namespace runphi::bao {

std::string tree_folder(const Settings& settings) {
    return std::filesystem::path(settings.slots).parent_path();
}

namespace {

// Leaves out those for which `boot` throws; the first reason is kept.
template <typename V, typename Boot>
void keep_bootable(std::vector<V>& vms, const Boot& boot, std::optional<sdk::Error>& reason) {
    std::vector<V> out;
    for (V& one : vms) {
        try {
            boot(one);
            out.push_back(std::move(one));
        } catch (const sdk::Error& error) {
            if (!reason) reason = error;
        }
    }
    vms = std::move(out);
}

}  // namespace

Fitting bootable_vms(const SlotTable& table, const sdk::Plan& plan,
                     const std::vector<sdk::Image>& images, const Settings& settings) {
    Fitting out = fitting_vms(table, plan);
    const std::string folder = tree_folder(settings);
    std::optional<sdk::Error> reason;
    keep_bootable(
        out.slots, [&](const Slot& one) { BootImage(target_of(one), plan, images, folder); },
        reason);
    if (!out.slots.empty()) {
        out.guests.clear();
        return out;
    }
    keep_bootable(
        out.guests,
        [&](const Guest& one) {
            staged_image(one, BootImage(target_of(one), plan, images, folder));
        },
        reason);
    if (out.guests.empty()) throw sdk::Error(*reason);
    require_medium(settings, out.guests.front());
    return out;
}

std::string BaoBackend::end(const sdk::Host& host, const sdk::Planning& in) {
    const Settings settings = Settings::parse(host.settings());
    bootable_vms(Node::read(settings).table, sdk::Plan(in.plan), in.images, settings);
    return {};
}

}  // namespace runphi::bao

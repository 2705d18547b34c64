// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "backend.hpp"
#include "guest/boot_image.hpp"
#include "node.hpp"
#include "presence/presence.hpp"
#include "slots/fit.hpp"

// BOOT and the whole plan: some slot that fits must have its memory where the image goes. Which one
// it becomes is found out at create, when it is known who has which.
namespace runphi::bao {

std::string tree_folder(const Settings& settings) {
    return std::filesystem::path(settings.slots).parent_path();
}

std::vector<Slot> bootable_slots(const SlotTable& table, const sdk::Plan& plan,
                                 const std::vector<sdk::Image>& images, const Settings& settings) {
    std::vector<Slot> out;
    std::optional<sdk::Error> first;
    for (Slot& slot : fitting_slots(table, plan)) {
        try {
            const BootImage tried(slot, plan, images, tree_folder(settings));
            out.push_back(std::move(slot));
        } catch (const sdk::Error& error) {
            if (!first) first = error;
        }
    }
    if (out.empty()) throw sdk::Error(*first);
    return out;
}

std::string BaoBackend::end(const sdk::Host& host, const sdk::Planning& in) {
    const Settings settings = Settings::parse(host.settings());
    bootable_slots(Node::read(settings).table, sdk::Plan(in.plan), in.images, settings);
    return {};
}

}  // namespace runphi::bao

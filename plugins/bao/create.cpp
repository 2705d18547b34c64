// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "../common/channel/launch.hpp"
#include "../common/channel/memory_source.hpp"
#include "../common/files.hpp"
#include "adopted.hpp"
#include "backend.hpp"
#include "channel/slot_watch.hpp"
#include "guest/staged_image.hpp"
#include "node.hpp"
#include "presence/presence.hpp"
#include "staging/staged_guest.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

// A channel's memory lives as long as who reads it.
class WindowSource : public common::MemorySource {
  public:
    WindowSource(std::shared_ptr<const Window> window, std::uint32_t run)
        : MemorySource(window->channel(), run), window_(std::move(window)) {}

  private:
    std::shared_ptr<const Window> window_;
};

// The stub must live, and be the one that the table tells of.
void require_ready(const Window& window, const Slot& slot, int timeout_ms) {
    if (!window.answers(timeout_ms)) {
        throw Error(Code::hypervisor,
                    "its stub does not answer: the slot was not booted, or its "
                    "guest was never given back");
    }
    const auto status = window.status();
    if (!status) throw Error(Code::hypervisor, "its stub is gone");
    bool same = status->ram.size() == slot.ram.size();
    for (std::size_t i = 0; same && i < slot.ram.size(); ++i) {
        same = status->ram[i].base == slot.ram[i].base && status->ram[i].size == slot.ram[i].size;
    }
    if (same) return;
    throw Error(Code::hypervisor, "its stub has other memory than the slot table says",
                "put the slots.json of the layout there that was booted");
}

// Where the stub has it; a guest may have written another one over it.
std::optional<std::uint64_t> return_address(const Window& window, const Slot& slot) {
    const auto status = window.status();
    const bool of_stub = status && status->return_address >= slot.stub.base &&
                         status->return_address - slot.stub.base < slot.stub.size;
    return of_stub ? std::optional(status->return_address) : std::nullopt;
}

std::uint32_t new_run(const Window& window) {
    const auto status = window.status();
    std::uint32_t out = 0;
    do {
        out = common::new_generation();
    } while (status && out == status->run);
    return out;
}

// One partition's way into a slot.
class Adoption {
  public:
    Adoption(const sdk::Host& host, const sdk::Partition& partition,
             const std::vector<sdk::Image>& images)
        : host_(host),
          partition_(partition),
          images_(images),
          settings_(Settings::parse(host.settings())),
          claims_(host),
          plan_(partition.plan) {}

    Claim take_one() {
        const Node node = Node::read(settings_);
        const Fitting fits = bootable_vms(node.table, plan_, images_, settings_);
        if (fits.slots.empty()) return take_guest(node.table, fits.guests);
        std::string why;
        for (const Slot& slot : fits.slots) {
            const SlotLock lock(host_.cache_dir(), slot.name);
            std::string taken = holder_of(slot.name);
            if (taken.empty()) {
                try {
                    return take(slot);
                } catch (const Error& error) {
                    if (error.code() != Code::hypervisor && error.code() != Code::timeout) throw;
                    taken = error.message();
                }
            }
            why += "; slot \"" + slot.name + "\": " + taken;
        }
        throw Error(Code::no_resource, "no slot that fits is free: " + why.substr(2),
                    "delete a container, or lay the machine out with more slots");
    }

  private:
    std::string holder_of(const std::string& slot) const {
        if (const auto why = claims_.set_aside_for(slot)) {
            return "set aside until the next boot: " + *why;
        }
        const auto claim = claims_.of_slot(slot);
        return claim ? "partition \"" + claim->partition + "\" has it" : "";
    }

    Claim take(const Slot& slot) {
        auto window = std::make_shared<Window>(open_window(settings_, slot));
        require_ready(*window, slot, settings_.answer_ms);
        BootTarget target = target_of(slot);
        target.return_address = return_address(*window, slot);
        const BootImage image(target, plan_, images_, tree_folder(settings_));
        Claim claim{slot.name,     partition_.name,  new_run(*window),
                    image.entry(), image.argument(), "",
                    false};
        claims_.write(claim);
        try {
            window->reset(settings_.timeout_ms);
            window->load(image.loads(), settings_.timeout_ms);
            start_relay(claim, window);
            common::write_file(partition_.dir + "/" + plan_.id + ".json", write_claim(claim));
        } catch (...) {
            give_back(host_, partition_, claims_, claim, settings_);
            throw;
        }
        return claim;
    }

    Claim take_guest(const SlotTable& table, const std::vector<Guest>& guests) {
        std::vector<std::string> images;
        std::map<std::string, std::string> image_of;
        for (const Guest& one : guests) {
            images.push_back(staged_image(
                one, BootImage(target_of(one), plan_, images_, tree_folder(settings_))));
            image_of[one.name] = images.back();
        }
        std::string why;
        for (const Guest& one : in_order_of_use(guests, table, settings_, images)) {
            const SlotLock lock(host_.cache_dir(), one.name);
            const std::string taken = holder_of(one.name);
            if (taken.empty()) {
                return stage_guest(host_, partition_, claims_, table, one, image_of[one.name],
                                   settings_);
            }
            why += "; guest \"" + one.name + "\": " + taken;
        }
        throw Error(Code::no_resource, "no guest that fits is free: " + why.substr(2),
                    "delete a container, or lay the machine out with more guests");
    }

    void start_relay(const Claim& claim, const std::shared_ptr<Window>& window) const {
        const sdk::ProcessId relay = common::start_relay(
            partition_, std::make_unique<SlotWatch>(claims_, claim, window, settings_.lost_ms),
            std::make_unique<WindowSource>(window, claim.run));
        try {
            claims_.write_relay(claim.slot, relay);
        } catch (...) {
            sdk::end_process(host_, relay);
            throw;
        }
    }

    const sdk::Host& host_;
    const sdk::Partition& partition_;
    const std::vector<sdk::Image>& images_;
    Settings settings_;
    Claims claims_;
    sdk::Plan plan_;
};

}  // namespace

std::string BaoBackend::create(const sdk::Host& host, const sdk::Partition& partition,
                               const std::vector<sdk::Image>& images) {
    // Of this name from a create that died half-way.
    destroy(host, partition);
    return write_claim(Adoption(host, partition, images).take_one());
}

}  // namespace runphi::bao

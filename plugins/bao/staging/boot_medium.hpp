// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "../settings.hpp"
#include "../slots/table.hpp"

namespace runphi::bao {

// Throws Error(no_resource) that names the guest and the setting if nobody has said where images of
// guests are put.
void require_medium(const Settings& settings, const Guest& guest);

// Whose image it is that a guest boots with, and since which boot it is there.
struct Staged {
    std::string partition;
    std::string boot;  // Linux' boot_id; that boot did not yet have it

    bool operator==(const Staged&) const = default;
};

// The folder of the boot medium from which the boot loader takes the images of guests. Beside an
// image of ours, IMAGE.runphi says whose it is. Whatever stands there survives a loss of power at
// any instant: files are replaced whole, and the word of whose it is comes before the image.
// Whoever writes holds the guest's lock.
class BootMedium {
  public:
    BootMedium(const Settings& settings, const SlotTable& table);

    // nullopt: nobody's of this layout.
    std::optional<Staged> staged(const Guest& guest) const;
    // Is this its image, every byte?
    bool holds(const Guest& guest, std::string_view image) const;
    // Throws Error: not_found if there is no image at all, for then this is hardly the medium;
    // denied for one that nobody could bring back: it is neither an idle one nor one of ours.
    void require_ours(const Guest& guest) const;

    void stage(const Guest& guest, const Staged& whose, std::string_view image) const;
    // The guest waits from the next boot on. Gone is fine.
    void clear(const Guest& guest) const;

  private:
    std::string image_path(const Guest& guest) const;
    std::string record_path(const Guest& guest) const;
    void write_whole(const std::string& file, std::string_view bytes) const;
    void sync_folder() const;

    std::string folder_, layout_;
};

// Of the running root VM, and so of the machine: Bao boots all VMs at once.
std::string current_boot(const Settings& settings);

}  // namespace runphi::bao

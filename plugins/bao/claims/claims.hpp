// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "../../common/channel/end.hpp"

namespace runphi::bao {

using common::End;

// Whose a slot or a guest is: a partition's, from before anything is done to it until it is as it
// was.
struct Claim {
    std::string slot, partition;
    std::uint32_t run = 0;  // names this life of the slot (slot_window.h); not 0
    std::uint64_t entry = 0, argument = 0;
    // Of a guest: the boot in which its image was staged, and whether the container was started.
    std::string boot;
    bool started = false;

    bool is_guest() const { return !boot.empty(); }

    bool operator==(const Claim&) const = default;
};

std::string write_claim(const Claim& claim);
Claim read_claim(std::string_view text, const std::string& what);

// One process at a time gives a slot commands. Waits for those that are under way; each of them is
// bounded. A folder that does not exist has no lock: no command has ever been given then.
class SlotLock {
  public:
    // `folder`: the host's cache_dir.
    SlotLock(std::string_view folder, const std::string& slot);

  private:
    sdk::UniqueFd file_;
};

// What the commands know of the slots beside what stands in the windows: files in the host's folder
// for what holds until the next boot, for that is how long a slot keeps what is in it.
class Claims {
  public:
    explicit Claims(const sdk::Host& host) : folder_(host.cache_dir()) {}

    // Whoever writes holds the slot's lock, and has seen that it is nobody else's.
    void write(const Claim& claim) const;
    // Gives it back, with all that is on record of it. Gone is fine.
    void drop(const std::string& slot) const;
    std::optional<Claim> of_slot(const std::string& slot) const;
    std::optional<Claim> of_partition(const std::string& partition) const;
    std::vector<Claim> all() const;

    // Sets the slot aside until the next boot, and says why. It is nobody's then.
    void set_aside(const std::string& slot, const std::string& why) const;
    std::optional<std::string> set_aside_for(const std::string& slot) const;
    // Names of those that are, in order.
    std::vector<std::string> set_aside() const;

    // The process that carries its console, and how that has seen it end.
    void write_relay(const std::string& slot, const sdk::ProcessId& relay) const;
    std::optional<sdk::ProcessId> relay(const std::string& slot) const;
    void write_end(const std::string& slot, const End& end) const;
    std::optional<End> end(const std::string& slot) const;

  private:
    std::vector<std::string> files_with(const char* suffix) const;
    std::string path(const std::string& slot, const char* suffix) const;
    void write_whole(const std::string& path, std::string_view text) const;

    std::string folder_;
};

// "set aside until the next boot: s0, s1"; empty if none is.
std::string aside_text(const Claims& claims);

}  // namespace runphi::bao

// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/base/error.hpp"
#include "core/boot/arch.hpp"
#include "core/boot/image_config.hpp"
#include "core/boot/numbers.hpp"
#include "core/fs/file.hpp"

// Any bytes as what an image holds: its boot file, a kernel or inmate, a device tree, a number in
// an annotation. Beyond not crashing: what is refused is refused with words, a file that parses
// counts as ours, and no segment of an accepted ELF file lies outside of it.
namespace {

using namespace phi::boot;

void require(bool held) {
    if (!held) std::abort();
}

template <typename Attempt>
void attempt(const Attempt& call) {
    try {
        call();
    } catch (const phi::Error& error) {
        require(!error.message().empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const bool ours = is_image_config(bytes);
    attempt([&] {
        const Wishes wishes = parse_image_config({"/boot/config.json", bytes});
        // Only the empty object says nothing about being ours.
        require(ours || !wishes.inmate);
        require(!wishes.vcpus || (wishes.vcpus->value > 0 && wishes.vcpus->value <= max_vcpus));
        require(!wishes.memory || wishes.memory->value <= max_memory);
    });
    const phi::UniqueFd fd = phi::memory_file("image", bytes);
    attempt([&] {
        const ImageFacts facts = inspect_image(fd.get(), size, "image");
        // What gzip has packed is the backend's to look into.
        const bool tells = facts.format != Format::raw && facts.format != Format::gzip;
        require(!tells || !facts.arch.empty());
        require_kernel(facts, "image");
    });
    attempt([&] { require_device_tree(fd.get(), size, "tree"); });
    // Every decimal number is both.
    if (bytes.find_first_not_of("0123456789") == std::string::npos) {
        require(parse_address(bytes) == parse_size(bytes));
    }
    return 0;
}

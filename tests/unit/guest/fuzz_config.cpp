// SPDX-License-Identifier: Apache-2.0
// The readers of phi-init that see bytes from outside, under a fuzzer and under config_test.cpp.
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "guest/agent/agent_frame.h"
#include "guest/phi-init/config.h"
#include "guest/phi-init/mount_options.h"
#include "guest/phi-init/network_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<char> text(data, data + size);
    phi_config config{};
    phi_failure failure{};
    if (phi_config_parse(text.data(), text.size(), &config, &failure)) {
        for (std::size_t i = 0; i < config.n_mounts; ++i) {
            phi_mount_flags flags{};
            std::array<char, 64> rest{};
            (void)phi_mount_options(config.mounts[i].options, &flags, rest.data(), rest.size());
        }
    } else if (failure.status == 0 || failure.text[0] == '\0') {
        __builtin_trap();
    }
    phi_config_free(&config);
    text.assign(data, data + size);
    failure = {};
    phi_network network{};
    if (!phi_network_parse(text.data(), text.size(), &network, &failure) && failure.status == 0)
        __builtin_trap();
    phi_network_free(&network);
    phi_frame_reader reader{};
    phi_frame frame{};
    for (std::size_t i = 0; i < size; ++i)
        if (phi_frame_read(&reader, data[i], &frame) && frame.length > RUNPHI_AGENT_PAYLOAD_MAX)
            __builtin_trap();
    return 0;
}

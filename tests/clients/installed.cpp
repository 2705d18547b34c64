// SPDX-License-Identifier: Apache-2.0
#include "installed.hpp"

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

#include "client.hpp"
#include "core/base/text.hpp"
#include "support/sandbox.hpp"

namespace phi::test {

namespace fs = std::filesystem;

std::string install_runphi(const Place& place) {
    const char* guests = ::getenv("RUNPHI_TEST_GUEST_DIR");
    if (guests == nullptr) throw std::runtime_error("RUNPHI_TEST_GUEST_DIR names no guest folder");
    const std::string backend = place.dir + "/backends/qemu";
    fs::create_directories(backend);
    for (const auto& file : fs::directory_iterator(build_dir() + "/backends/qemu")) {
        const fs::path copy = backend / file.path().filename();
        fs::copy_file(file.path(), copy);
        fs::permissions(copy, fs::perms(0755));
    }
    const std::string settings = place.dir + "/runphi.json";
    write_text(settings,
               text("{\"runc\": \"", stock_runc, "\", \"backend\": \"qemu\", \"backends_dir\": \"",
                    place.dir, "/backends\", \"guest_dir\": \"", guests, "\", \"board\": \"",
                    place.dir, "/board.json\", \"log_file\": \"", place.dir, "/runphi.log\", ",
                    "\"defaults\": {\"memory\": \"128M\", \"cpus\": 1}, ",
                    "\"backend_settings\": {\"qemu\": {\"accel\": \"tcg\"}}}"),
               0600);
    // The name that clients know, and the settings of this place instead of the machine's own.
    const std::string runc = place.dir + "/bin/runc";
    fs::create_directories(place.dir + "/bin");
    write_text(runc,
               text("#!/bin/sh\nRUNPHI_CONFIG=", settings, " exec ", runphi_binary(), " \"$@\"\n"),
               0755);
    return runc;
}

}  // namespace phi::test

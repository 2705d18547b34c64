// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/memory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace phi::monitor {
namespace {

// KiB of the program's code that are mapped in; 0 where the machine does not tell.
unsigned long resident_code() {
    std::ifstream maps("/proc/self/smaps");
    std::string line;
    unsigned long total = 0;
    for (bool ours = false; std::getline(maps, line);) {
        if (line.find(" r-xp ") != std::string::npos) {
            ours = line.ends_with("/test_monitor");
        } else if (ours && line.starts_with("Rss:")) {
            total += std::stoul(line.substr(4));
            ours = false;
        }
    }
    return total;
}

TEST(Memory, TheProgramsCodeGoesAndComesBack) {
    const unsigned long before = resident_code();
    if (before == 0) GTEST_SKIP() << "user emulation tells no sizes";
    give_back_memory();
    EXPECT_LT(resident_code(), before);
}

}  // namespace
}  // namespace phi::monitor

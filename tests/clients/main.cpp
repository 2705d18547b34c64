// SPDX-License-Identifier: Apache-2.0
// All cells of one client, CLIENT, in a place of its own.
#include <dirent.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "client.hpp"
#include "core/base/text.hpp"
#include "images.hpp"
#include "installed.hpp"
#include "session.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

// Containers in the store and processes that serve one.
std::string partitions_left() {
    std::string found;
    std::error_code error;
    for (const auto& root : fs::directory_iterator(state_dir, error)) {
        const std::string name = root.path().filename();
        if (!root.is_directory() || name == "@cache") continue;
        if (name[0] != '@') found += "container " + name + "\n";
        if (name[0] == '@' && !fs::is_empty(root.path())) found += "containers in " + name + "\n";
    }
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        const std::string argv = read_text(entry.path() / "cmdline");
        for (const char* ours : {"qemu-system-", "/bin/runphi", "/usr/sbin/runc"}) {
            if (argv.find(ours) < argv.find('\0')) found += "process " + argv + "\n";
        }
    }
    return found;
}

// Registered last.
class End : public ::testing::Test {
  public:
    void TestBody() override {
        session::end();
        EXPECT_TRUE(Sandbox::eventually([] { return partitions_left().empty(); }))
            << partitions_left();
    }
};

int run_cells(const Place& place) try {
    const auto client = start_client(CLIENT, place, install_runphi(place), make_images(place.dir));
    session::begin(*client);
    const int failed = RUN_ALL_TESTS();
    session::end();
    return failed;
} catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
}

}  // namespace
}  // namespace phi::test

int main(int argc, char** argv) {
    using namespace phi::test;
    ::testing::InitGoogleTest(&argc, argv);
    register_cells(CLIENT);
    ::testing::RegisterTest((std::string(name_of(CLIENT)) + "_end").c_str(), "NothingIsLeft",
                            nullptr, nullptr, __FILE__, __LINE__,
                            []() -> ::testing::Test* { return new End; });
    if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
    try {
        return isolated(run_cells);
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}

// SPDX-License-Identifier: Apache-2.0
// Many creates and deletes at once, on a board too small for them: what is granted never overlaps.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

#include "core/board/grant.hpp"
#include "core/fs/file.hpp"
#include "core/fs/lock.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

constexpr unsigned containers = 64;

// Reads all grants under the ledger's lock, while nothing can be granted, and compares each with
// each.
std::string overlaps(const Sandbox& node) {
    const UniqueFd dir = open_directory(node.state_dir());
    const Lock lock =
        Lock::take(dir.get(), "@ledger.lock", "the ledger", Deadline::in(std::chrono::seconds(60)));
    std::set<unsigned> cpus;
    std::set<std::string> devices;
    std::set<std::uint64_t> frames;
    std::string found;
    for (unsigned i = 0; i < containers; ++i) {
        const std::string file = node.state_dir() + "/c" + std::to_string(i) + "/grants.json";
        const std::string text = read_text(file);
        if (text.empty()) continue;
        const board::Grant grant = board::parse_grant(text, file);
        for (const unsigned cpu : grant.cpus) {
            if (!cpus.insert(cpu).second) found += "cpu " + std::to_string(cpu) + " twice\n";
        }
        for (const auto& device : grant.devices) {
            if (!devices.insert(device).second) found += "device " + device + " twice\n";
        }
        for (const auto& memory : grant.memory) {
            for (std::uint64_t frame = 0; frame < memory.size; frame += 1U << 20) {
                if (!frames.insert(memory.base + frame).second) found += "memory twice\n";
            }
        }
    }
    return found;
}

TEST(Concurrency, SixtyFourContainersOnABoardForEight) {
    Sandbox node("fake");
    const std::string bundle = node.inmate_bundle(
        "bundle", "spin\n", "\"linux\": {\"resources\": {\"memory\": {\"limit\": 67108864}}}");
    const std::string whole_board = node.run({"board", "--free"}).out;
    std::atomic<unsigned> made = 0;
    std::atomic<unsigned> refused = 0;
    std::atomic<bool> done = false;
    std::string overlap;
    std::filesystem::create_directories(node.state_dir());
    std::thread checker([&] {
        while (!done && overlap.empty()) overlap = overlaps(node);
    });
    std::vector<std::thread> clients;
    for (unsigned client = 0; client < 8; ++client) {
        clients.emplace_back([&, client] {
            for (unsigned i = client; i < containers; i += 8) {
                const std::string id = "c" + std::to_string(i);
                const Result created = node.run({"create", "--bundle", bundle, id});
                if (created.status == 0) {
                    ++made;
                    // Every second one stays, so that the board fills up.
                    if (i % 16 >= 8) continue;
                    EXPECT_EQ(node.run({"delete", "--force", id}).status, 0);
                } else {
                    ++refused;
                    EXPECT_NE(created.err.find("CPU"), std::string::npos) << created.err;
                }
            }
        });
    }
    for (auto& client : clients) client.join();
    done = true;
    checker.join();
    EXPECT_EQ(overlap, "");
    EXPECT_EQ(overlaps(node), "");
    EXPECT_EQ(made + refused, containers);
    EXPECT_GE(made, 8U) << "a board for eight takes eight";
    EXPECT_GE(refused, 1U) << "the board was never full: the test proves nothing";
    for (unsigned i = 0; i < containers; ++i) {
        EXPECT_EQ(node.run({"delete", "--force", "c" + std::to_string(i)}).status, 0);
    }
    EXPECT_TRUE(Sandbox::eventually([&] { return node.remains().empty(); })) << node.remains();
    EXPECT_EQ(node.run({"board", "--free"}).out, whole_board);
}

TEST(Concurrency, OneNameForManyIsGivenOnce) {
    Sandbox node("fake");
    const std::string bundle = node.inmate_bundle("bundle", "spin\n");
    std::atomic<unsigned> made = 0;
    std::vector<std::thread> clients;
    for (int client = 0; client < 8; ++client) {
        clients.emplace_back([&] {
            const Result created = node.run({"create", "--bundle", bundle, "same"});
            if (created.status == 0) {
                ++made;
            } else {
                EXPECT_NE(created.err.find("container with given ID already exists"),
                          std::string::npos)
                    << created.err;
            }
        });
    }
    for (auto& client : clients) client.join();
    EXPECT_EQ(made, 1U);
    EXPECT_EQ(node.run({"delete", "--force", "same"}).status, 0);
    EXPECT_TRUE(Sandbox::eventually([&] { return node.remains().empty(); })) << node.remains();
}

}  // namespace
}  // namespace phi::test

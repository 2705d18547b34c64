// SPDX-License-Identifier: Apache-2.0
#include "plugins/xen/discover/facts.hpp"
#include "support.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

// What the helper said on an arm64 machine with two CPUs, of which dom0 has one.
constexpr const char* captured =
    R"({"ok":true,"version":"4.17.6-pre","capabilities":"xen-3.0-aarch64 xen-3.0-armv7l",)"
    R"("scheduler":"credit2","threads_per_core":1,"cores_per_socket":1,"iommu":false,)"
    R"("total":1342177280,"free":618659840,"dom0":671088640,"ours":0,"dom0_cpus":[],)"
    R"("dom0_vcpus":1,"pools":[{"name":"Pool-0","scheduler":"credit2","cpus":[0,1]}]})";

TEST(Board, HasWhatDom0DoesNotKeep) {
    const std::string board = board_json(read_facts(captured));
    const runphi::sdk::JsonDocument document(board, "board");
    const auto root = document.root();
    EXPECT_EQ(root.at("name").string(), "Xen 4.17.6-pre");
    EXPECT_EQ(root.at("cpus").at("ids").string(), "1");
    EXPECT_TRUE(root.at("cpus").at("exclusive").boolean());
    const auto pool = root.at("memory").at("pools").elements().at(0);
    EXPECT_EQ(pool.at("base").u64(), 0u);
    EXPECT_EQ(pool.at("size").u64(), 580u << 20);  // a part is Xen's for each domain
    EXPECT_EQ(root.at("memory").at("alignment").u64(), 1U << 20);
    EXPECT_EQ(root.at("limits").at("name_max").u64(), 60u);
}

TEST(Board, IsTheSameWhileDomainsRun) {
    Facts facts = read_facts(captured);
    const std::string before = board_json(facts);
    facts.free -= 64U << 20;
    facts.ours += 64U << 20;
    EXPECT_EQ(board_json(facts), before);
}

TEST(Board, SharesTheCpusWhereDom0RunsOnAll) {
    Facts facts = read_facts(captured);
    facts.dom0_vcpus = 2;
    EXPECT_HAS(board_json(facts), R"("ids":"0-1","exclusive":false)");
    facts.dom0_cpus = {1};
    EXPECT_HAS(board_json(facts), R"("ids":"0","exclusive":true)");
}

TEST(Board, RefusesAMachineThatIsDom0sAlone) {
    Facts facts = read_facts(captured);
    facts.free = 4U << 20;
    EXPECT_HAS(refusal([&] { board_json(facts); }), "4 MiB free of 1280 MiB, dom0 has 640 MiB");
}

TEST(Facts, AreReadAsTheyAreWritten) {
    EXPECT_EQ(write_facts(read_facts(captured)), captured);
    EXPECT_HAS(refusal([] { read_facts(R"({"ok":true})"); }), "version: missing");
}

}  // namespace
}  // namespace xen_test

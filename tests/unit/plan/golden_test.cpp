// SPDX-License-Identifier: Apache-2.0
// Whole plans, as they are written for backends and people. UPDATE_GOLDEN=1 in the environment
// writes the files anew: read the difference before it is committed.
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

#include "core/plan/assemble.hpp"
#include "core/plan/network.hpp"
#include "support.hpp"

namespace phi::plan {
namespace {

using backend::Stage;
using test::Case;

std::string no_part(Stage, const std::string&) {
    return {};
}

std::string no_change(const std::string& plan) {
    return plan;
}

// Places the container on its board beside one that has CPU 1 and the first 64 MiB, and compares.
// `filled`: what the plan becomes between planning and create.
void expect_golden(const Case& c, const std::string& id, const StageFunction& backend_half,
                   const std::function<std::string(const std::string&)>& filled = no_change,
                   const std::vector<boot::SharedBind>& shared = {}) {
    board::Held other{"other", {}};
    other.grant.cpus = {1};
    other.grant.memory = {{c.board.memory.at(0).name, c.board.memory.at(0).base, 64U << 20}};
    const board::Request request = c.request();
    const board::Grant grant = board::place(c.board, {other}, request);
    const NetworkMode network = network_mode(c.spec, c.choice, true);
    const std::string plan = filled(assemble({id, id, c.spec, c.choice, c.board, request, grant,
                                              network, shared, "/run/runPHI/box/shares"},
                                             "fake", backend_half));

    const std::string file = std::string(RUNPHI_GOLDEN_PLANS) + "/" + id + ".json";
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(file) << plan;
    std::ifstream in(file);
    std::ostringstream golden;
    golden << in.rdbuf();
    EXPECT_EQ(plan, golden.str()) << file;
}

board::Board exclusive_board() {
    board::Board board;
    board.name = "virt";
    board.cpus = {1, 2, 3};
    board.memory = {{"cells", 0x70000000, 250U << 20}};
    board.memory_alignment = 2U << 20;
    board.devices = {{"rtc", "/pl031@9010000", {{0x9010000, 0x1000}}, {34}},
                     {"gpio", "/pl061@9030000", {{0x9030000, 0x1000}}, {39}}};
    board.irqs = {50};
    board.channels = {{"link", 0x9000, 2}};
    return board;
}

boot::Image image(const char* role, const char* path, std::uint64_t length) {
    return {role, path, {}, length};
}

TEST(GoldenPlan, LinuxWithAQuota) {
    Case c;
    c.board = exclusive_board();
    c.spec.resources.cpu_quota = 150'000;
    c.spec.resources.memory_limit = 100'000'000;
    c.choice.arch = "aarch64";
    c.choice.cmdline = "quiet";
    c.choice.source = boot::Source::node;
    c.choice.images.push_back(image("kernel", "", 38'000'000));
    c.choice.images.push_back(image("initrd", "", 5'000'001));
    expect_golden(c, "linux-quota", [](Stage stage, const std::string&) -> std::string {
        if (stage == Stage::cpu) return R"({"cell_cpus": "2-3"})";
        if (stage == Stage::boot) return R"({"console": "ttyS0", "agent": "ttyS1"})";
        return {};
    });
}

TEST(GoldenPlan, LinuxWithSharedFiles) {
    Case c;
    c.board = exclusive_board();
    c.spec.resources.memory_limit = 64U << 20;
    c.choice.source = boot::Source::node;
    c.choice.arch = "x86_64";
    c.choice.images.push_back(image("kernel", "", 38'000'000));
    c.choice.images.push_back(image("initrd", "", 5'000'001));
    std::vector<boot::SharedBind> shared(2);
    shared[0].path = "/srv/data, with a comma";
    shared[0].destination = "/data";
    shared[1].path = "/var/lib/kubelet/token";
    shared[1].destination = "/run/secrets/token";
    shared[1].read_only = true;
    expect_golden(c, "linux-shared", no_part, no_change, shared);
}

TEST(GoldenPlan, InmateWithHardware) {
    Case c;
    c.board = exclusive_board();
    c.spec.resources.cpus = "3";
    c.hw().memory = 3U << 20;
    c.hw().dtdevs = {"/pl031@9010000"};
    c.hw().iomems = {{0x20000, 0x9030, 1}};
    c.hw().irqs = {39};
    c.annotate("channels", "link");
    c.allow("channels");
    c.choice.kind = boot::Kind::inmate;
    c.choice.source = boot::Source::vm;
    c.choice.arch = "aarch64";
    c.choice.load_address = 0;
    c.choice.entry_address = 0x100;
    c.choice.images.push_back(image("inmate", "/boot/gic-demo.bin", 12'345));
    expect_golden(c, "inmate-hardware", no_part);
}

TEST(GoldenPlan, KernelOnSharedCpus) {
    Case c;
    c.board.name = "host";
    c.board.cpus = {0, 1, 2, 3};
    c.board.exclusive_cpus = false;
    c.board.memory = {{"host-ram", 0, 4ULL << 30}};
    c.annotate("vcpus", "2");
    c.annotate("memory", "512M");
    c.annotate("net", "user");
    c.choice.kind = boot::Kind::kernel;
    c.choice.source = boot::Source::annotation;
    c.choice.arch = "x86_64";
    c.choice.images.push_back(image("kernel", "/boot/vmlinux", 40'000'000));
    expect_golden(c, "kernel-shared", no_part);
}

TEST(GoldenPlan, LinuxWithTheContainersNetwork) {
    Case c;
    c.board = exclusive_board();
    c.spec.namespaces = {{"network", ""}};
    c.spec.resources.cpus = "3";
    c.spec.resources.memory_limit = 100'000'000;
    c.choice.arch = "x86_64";
    c.choice.source = boot::Source::annotation;
    c.choice.images.push_back(image("kernel", "/guest/kernel", 38'000'000));
    c.choice.images.push_back(image("initrd", "", 5'000'000));
    network::Interface eth0;
    eth0.index = 4;
    eth0.name = "eth0";
    eth0.mac = "02:42:0a:01:00:02";
    eth0.mtu = 1400;
    eth0.up = true;
    eth0.addresses = {{"10.1.0.2", 24, "", "10.1.0.255", 0}, {"fd01::2", 64, "fd01::1", "", 0}};
    eth0.routes = {{"0.0.0.0", 0, "10.1.0.1", "10.1.0.2", 0, 0, 3, true, 0},
                   {"10.1.0.0", 24, "", "", 7, 253, 2, false, 1300}};
    eth0.neighbours = {{"10.1.0.1", "02:42:0a:01:00:01"}};
    expect_golden(c, "linux-network", no_part, [&](const std::string& plan) {
        return with_initrd_length(
            with_network(plan, {{"/run/netns/c", 4, 4026532300}, {eth0}, {"127.0.0.11"}}),
            5'000'512);
    });
}

}  // namespace
}  // namespace phi::plan

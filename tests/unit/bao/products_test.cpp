// SPDX-License-Identifier: Apache-2.0
// What a layout is written as, against files that were looked at; RUNPHI_GOLDEN_WRITE=1 writes them
// anew.
#include "plugins/bao/layout/products.hpp"

#include <libfdt.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "guest/slot/slot_parameters.h"
#include "plugins/bao/tool/tool.hpp"
#include "support/folder.hpp"
#include "unit/bao/layout_support.hpp"

namespace bao_test {
namespace {

namespace fs = std::filesystem;

// No stub, but as one begins.
std::string stub() {
    runphi_slot_parameters parameters{};
    parameters.magic = RUNPHI_SLOT_PARAMETERS_MAGIC;
    parameters.version = RUNPHI_SLOT_PARAMETERS_VERSION;
    std::string out(RUNPHI_SLOT_PARAMETERS + sizeof parameters + 8, 'x');
    std::memcpy(out.data() + RUNPHI_SLOT_PARAMETERS, &parameters, sizeof parameters);
    return out;
}

std::string product(const Layout& layout, const std::string& file) {
    for (const Product& one : products_of(layout, stub(), "stub")) {
        if (one.file == file) return one.content;
    }
    ADD_FAILURE() << "there is no " << file;
    return {};
}

void expect_golden(const Layout& layout, const std::string& file, const std::string& golden) {
    const std::string path = std::string(RUNPHI_GOLDEN_BAO) + "/" + golden;
    const std::string made = product(layout, file);
    if (::getenv("RUNPHI_GOLDEN_WRITE") != nullptr) std::ofstream(path) << made;
    EXPECT_EQ(made, text_of(path)) << golden;
}

Layout example() {
    const std::string boards = RUNPHI_EXAMPLE_BOARDS;
    return place(read_hardware(boards + "/qemu-arm64-bao.json"),
                 read_request(boards + "/bao/qemu-arm64-request.json"));
}

TEST(LayoutProducts, AreTheGoldenOnes) {
    const Layout layout = example();
    EXPECT_TRUE(check(layout).empty());
    expect_golden(layout, "config.c", "qemu-config.c.txt");
    expect_golden(layout, "root.dtsi", "qemu-root.dtsi");
    expect_golden(layout, "slots.json", "qemu-slots.json");
    expect_golden(layout, "slot-s1.dts", "qemu-slot-s1.dts");
    expect_golden(layout, "README.md", "qemu-README.md");
}

TEST(LayoutProducts, OfAnMpuAndItsGuests) {
    const Layout layout =
        Scene().with_mpu().board("/backends/bao/hypervisor/base", "\"0x40400000\"").layout();
    EXPECT_TRUE(check(layout).empty());
    expect_golden(layout, "config.c", "mpu-config.c.txt");
    expect_golden(layout, "guest-g0.dts", "mpu-guest-g0.dts");
}

TEST(LayoutProducts, OfRemoteIo) {
    Scene scene;
    scene.request("/remote_io", R"([
        {"name": "disk", "backend": "root", "frontend": "s0", "memory": "1M"},
        {"name": "net", "backend": "root", "frontend": "g0", "memory": "2M"}])");
    const Layout layout = scene.layout();
    EXPECT_EQ(scene.problems(), "");
    expect_golden(layout, "config.c", "remote-config.c.txt");
    expect_golden(layout, "root.dtsi", "remote-root.dtsi");
    expect_golden(layout, "slot-s0.dts", "remote-slot-s0.dts");
    // A container asks for it as for any other device of a slot.
    const Slot slot = table_of(layout).slots.at(0);
    ASSERT_EQ(slot.devices.size(), 2U);
    EXPECT_EQ(slot.devices[1].name, "disk");
    EXPECT_EQ(slot.devices[1].registers, (std::vector<Range>{{0x20000000, 0x1000}}));
    EXPECT_TRUE(contains(product(layout, "README.md"), "## Remote I/O"));
    EXPECT_EQ(parse_table(write_table(table_of(layout)), "t"), table_of(layout));
}

TEST(LayoutProducts, TheTableIsTheBackends) {
    const Layout layout = example();
    const SlotTable table = parse_table(product(layout, "slots.json"), "slots.json");
    EXPECT_EQ(table, table_of(layout));
    ASSERT_EQ(table.slots.size(), 2U);
    const std::string hash = layout_hash(table);
    EXPECT_TRUE(contains(product(layout, "root.dtsi"), "layout-hash = \"" + hash + "\""));
    const Layout other = Scene().layout();
    EXPECT_EQ(parse_table(product(other, "slots.json"), "slots.json"), table_of(other));
    EXPECT_EQ(table_of(other).guests.at(0).load, other.vms[3].memory[0].physical);
}

// The cells of a property as big-endian numbers.
std::vector<std::uint32_t> cells(const std::string& tree, const std::string& node,
                                 const char* property) {
    int size = 0;
    const int offset = fdt_path_offset(tree.data(), node.c_str());
    const void* at = fdt_getprop(tree.data(), offset, property, &size);
    std::vector<std::uint32_t> out;
    for (int i = 0; at != nullptr && i < size; i += 4) {
        out.push_back(fdt32_ld(reinterpret_cast<const fdt32_t*>(static_cast<const char*>(at) + i)));
    }
    return out;
}

TEST(LayoutProducts, TreesCountInterruptsFrom32) {
    const std::string tree = product(Scene().layout(), "slot-s0.dtb");
    ASSERT_EQ(fdt_check_full(tree.data(), tree.size()), 0);
    EXPECT_EQ(cells(tree, "/uart1@9040000", "interrupts"), (std::vector<std::uint32_t>{0, 8, 4}));
    EXPECT_EQ(cells(tree, "/bao-ipc@f0400000", "interrupts"),
              (std::vector<std::uint32_t>{0, 108, 1}));
    EXPECT_EQ(cells(tree, "/memory@40000000", "reg"),
              (std::vector<std::uint32_t>{0, 0x40000000, 0, 0x2000000}));
    EXPECT_EQ(fdt_path_offset(tree.data(), "/memory@10000000"), -FDT_ERR_NOTFOUND);
    EXPECT_EQ(cells(tree, "/timer", "interrupts").at(7), 11U);
}

TEST(LayoutProducts, RootMemoryHasNoWindow) {
    const Layout layout = example();
    const std::string source = product(layout, "root.dtsi");
    for (const Shared& one : layout.shared) {
        for (const Mapping& memory : layout.root().memory) {
            EXPECT_FALSE(memory.seen().overlaps(runphi::common::extent_of(one.physical, one.size)));
        }
    }
    EXPECT_EQ(source.find("memory@"), source.rfind("memory@"));
}

TEST(LayoutProducts, StubsKnowTheirSlot) {
    const Layout layout = Scene().layout();
    const auto images = stub_images(layout, stub(), "stub");
    ASSERT_EQ(images.size(), 2U);
    runphi_slot_parameters found{};
    std::memcpy(&found, images[1].data() + RUNPHI_SLOT_PARAMETERS, sizeof found);
    EXPECT_EQ(found.gic_version, 3U);
    EXPECT_EQ(found.gic_second, 0x80a0000U);
    EXPECT_EQ(found.window_base, 0xf0000000U);
    EXPECT_EQ(found.window_size, 0x100000U);
    ASSERT_EQ(found.ram_count, 2U);
    EXPECT_EQ(found.ram[0].base, 0x40000000U);
    EXPECT_EQ(found.ram[1].size, 0x1000000U);
    EXPECT_EQ(images[1].substr(0, RUNPHI_SLOT_PARAMETERS),
              stub().substr(0, RUNPHI_SLOT_PARAMETERS));
    EXPECT_EQ(images[1].size(), stub().size());
}

TEST(LayoutProducts, OnlyAStubIsAStub) {
    const Layout layout = Scene().layout();
    EXPECT_SAYS(stub_images(layout, "short", "s.bin"),
                "s.bin: 5 bytes, and a slot stub has 184 to");
    EXPECT_SAYS(stub_images(layout, std::string(0x10001, 'x'), "s.bin"), "s.bin: 65537 bytes");
    EXPECT_SAYS(stub_images(layout, std::string(4096, 'x'), "s.bin"), "s.bin: it is no slot stub");
    std::string newer = stub();
    newer[RUNPHI_SLOT_PARAMETERS + 8] = 9;
    EXPECT_SAYS(stub_images(layout, newer, "s.bin"), "whose parameters are of version 9");
}

class LayoutTool : public testing::Test {
  protected:
    LayoutTool() {
        stub_ = folder_.write("stub.bin", stub());
        bad_ = folder_.write("bad.json", R"({"format": "runphi.bao-request/1", "layout": "bad",
            "root": {"cpus": "0", "memory": "64M", "image": {"size": "1M"}},
            "slots": [{"name": "s", "cpus": "0", "memory": "2M"}]})");
    }
    std::string run(std::vector<std::string> args) {
        testing::internal::CaptureStdout();
        status_ = run_tool(args);
        return testing::internal::GetCapturedStdout();
    }
    std::vector<std::string> layout(const std::string& request) const {
        return {"layout", "--board", board_, "--slots", request, "-o", out(), "--stub", stub_};
    }
    std::string out() const { return folder_.path() + "/out"; }
    // What is left beside what the test has made itself.
    std::size_t left() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_.path()),
                                                      fs::directory_iterator())) -
               2;
    }

    const std::string board_ = std::string(RUNPHI_EXAMPLE_BOARDS) + "/qemu-arm64-bao.json";
    const std::string good_ = std::string(RUNPHI_EXAMPLE_BOARDS) + "/bao/qemu-arm64-request.json";
    phi::test::Folder folder_;
    std::string stub_, bad_;
    int status_ = -1;
};

TEST_F(LayoutTool, WritesAFolder) {
    EXPECT_EQ(run(layout(good_)),
              "layout \"qemu-arm64\" of board \"QEMU arm64 virt, Bao\", 2 slots, 0 guests: 0 "
              "errors\n");
    EXPECT_EQ(status_, 0);
    for (const char* name : {"config.c", "root.dtsi", "slots.json", "README.md", "stub-1.bin",
                             "stub-2.bin", "slot-s0.dts", "slot-s0.dtb", "slot-s1.dtb"}) {
        EXPECT_TRUE(fs::exists(out() + "/" + name)) << name;
    }
    EXPECT_EQ(read_table(out() + "/slots.json"), table_of(example()));
    EXPECT_EQ(left(), 1U);
    EXPECT_SAYS(run_tool(layout(good_)), "/out: it is there, and not empty");
    EXPECT_EQ(left(), 1U);
}

TEST_F(LayoutTool, WritesNothingForAnErroneousOne) {
    EXPECT_EQ(run(layout(bad_)),
              "error: VM \"root\" and VM \"s\" both have CPU 0; a CPU is one VM's\n"
              "layout \"bad\" of board \"QEMU arm64 virt, Bao\", 1 slot, 0 guests: 1 error\n");
    EXPECT_EQ(status_, 1);
    EXPECT_EQ(left(), 0U);
    EXPECT_EQ(run({"check", "--board", board_, "--request", good_}).find("error:"),
              std::string::npos);
    EXPECT_EQ(status_, 0);
    EXPECT_EQ(left(), 0U);
}

TEST_F(LayoutTool, LeavesNothingBehindOnAFailure) {
    stub_ = folder_.path() + "/none.bin";
    EXPECT_SAYS(run_tool(layout(good_)), "none.bin: no such file or directory");
    stub_ = bad_;
    EXPECT_SAYS(run_tool(layout(good_)), "bad.json: it is no slot stub");
    EXPECT_EQ(left(), 0U);
    auto nowhere = layout(good_);
    nowhere[6] = folder_.path() + "/no/out";
    nowhere[8] = folder_.path() + "/stub.bin";
    EXPECT_SAYS(run_tool(nowhere), "no such file or directory");
    folder_.write("out/mine", "x");
    EXPECT_SAYS(run_tool(layout(good_)), "it is no slot stub");
    nowhere[6] = out();
    EXPECT_SAYS(run_tool(nowhere), "/out: it is there, and not empty");
    EXPECT_EQ(text_of(out() + "/mine"), "x");
    EXPECT_EQ(left(), 1U);
}

TEST_F(LayoutTool, Usage) {
    EXPECT_EQ(run({}), run({"help"}));
    EXPECT_EQ(run({"--help"}).rfind("usage: runphi bao layout", 0), 0U);
    EXPECT_SAYS(run_tool({"start"}), "runphi bao: no command start");
    EXPECT_SAYS(run_tool({"layout"}), "runphi bao layout: --board is missing");
    EXPECT_SAYS(run_tool({"layout", "--board", "b"}), "--slots is missing");
    EXPECT_SAYS(run_tool({"layout", "--board", "b", "--slots", "s"}), "-o is missing");
    EXPECT_SAYS(run_tool({"layout", "--board"}), "one without its value: --board");
    EXPECT_SAYS(run_tool({"check", "-o", "x"}), "unknown option, or one without its value: -o");
}

}  // namespace
}  // namespace bao_test

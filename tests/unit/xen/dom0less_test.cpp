// SPDX-License-Identifier: Apache-2.0
// What Xen makes of a plan at boot. The device trees are compared with what was written by hand
// from Xen's docs/misc/arm/device-tree/booting.txt and passthrough.txt, as dtc reads both.
#include <libfdt.h>

#include <fstream>

#include "planner.hpp"
#include "plugins/common/fdt_writer.hpp"
#include "plugins/xen/dom0less/arguments.hpp"
#include "plugins/xen/dom0less/board_tree.hpp"
#include "plugins/xen/dom0less/devices.hpp"
#include "plugins/xen/dom0less/domain.hpp"
#include "plugins/xen/dom0less/overlay.hpp"
#include "plugins/xen/dom0less/script.hpp"
#include "support/sandbox.hpp"

namespace xen_test {
namespace {

namespace sdk = runphi::sdk;
using namespace runphi::xen;
using namespace runphi::xen::dom0less;
using runphi::common::FdtWriter;

constexpr const char* dtc = "/usr/bin/dtc";

// A tree in one form, whatever its nodes' order was.
std::string canonical(const std::string& blob) {
    const phi::test::Folder folder;
    const std::string in = folder.write("tree", blob), out = folder.path() + "/canonical";
    const phi::test::Result result =
        phi::test::run_program({dtc, "-q", "-I", "dtb", "-O", "dts", "-s", "-o", out, in});
    EXPECT_EQ(result.status, 0) << result.err;
    return phi::test::read_text(out);
}

// As a blob first: of a source, dtc remembers how numbers were written.
void expect_golden(const std::string& tree, const std::string& name) {
    const phi::test::Folder folder;
    const std::string blob = folder.path() + "/blob";
    const phi::test::Result result = phi::test::run_program(
        {dtc, "-q", "-I", "dts", "-O", "dtb", "-o", blob, RUNPHI_GOLDEN_XEN "/" + name});
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(canonical(tree), canonical(phi::test::read_text(blob))) << name;
}

// A board with memory, a reserved piece of it, and a clock.
std::string board_blob() {
    FdtWriter out(4096);
    out.node("", [&] {
        out.cells("#address-cells", {2});
        out.cells("#size-cells", {2});
        out.node("memory@40000000", [&] {
            out.text("device_type", "memory");
            out.pairs("reg", {0x40000000, 0x10000000});
        });
        out.node("reserved-memory", [&] {
            out.cells("#address-cells", {2});
            out.cells("#size-cells", {2});
            out.flag("ranges");
            out.node("firmware@42000000", [&] { out.pairs("reg", {0x42000000, 0x100000}); });
        });
        out.node("clock@9010000", [&] { out.pairs("reg", {0x9010000, 0x1000}); });
        out.node("chosen", [&] {
            out.text("stdout-path", "/serial");
            out.node("domU1", [&] { out.text("compatible", "xen,domain"); });
        });
    });
    return out.finish();
}

class Dom0less : public testing::Test {
  protected:
    BootDomain domain(const Wish& wish, const std::string& image, const Arguments& how = {}) {
        return boot_domain(sdk::Plan(planner_.plan(wish, image)), how);
    }
    std::string refused(const Wish& wish, const std::string& image, const Arguments& how = {}) {
        return refusal([&] { domain(wish, image, how); });
    }
    static Wish inmate() {
        Wish wish;
        wish.kind = "inmate";
        wish.memory = "33554432";
        return wish;
    }

    Planner planner_;
};

std::string bad(std::vector<std::string> words) {
    return refusal([&] { parse(words); });
}

TEST_F(Dom0less, ArgumentsAsTheyAreMeant) {
    const Arguments args = parse({"--load-address=0x4a000000", "-o", "out", "web=/b/1", "/b/two/",
                                  "--load-size", "64M", "--direct-map"});
    EXPECT_EQ(args.load_address, 0x4a000000U);
    EXPECT_EQ(args.load_size, 64U << 20);
    EXPECT_EQ(args.folder, "out");
    EXPECT_TRUE(args.static_memory && args.direct_map);
    ASSERT_EQ(args.containers.size(), 2U);
    EXPECT_EQ(args.containers[0].id, "web");
    EXPECT_EQ(args.containers[0].bundle, "/b/1");
    EXPECT_EQ(args.containers[1].id, "two");
    EXPECT_EQ(args.containers[1].bundle, "/b/two");
    // An equals sign behind a slash is the bundle's.
    EXPECT_EQ(parse({"--load-address", "0", "-o", "o", "./a=b"}).containers[0].id, "a=b");
}

TEST_F(Dom0less, ArgumentsThatMakeNoSense) {
    EXPECT_HAS(bad({"-o", "o", "--load-address", "0"}), "no bundle is named");
    EXPECT_HAS(bad({"--load-address", "0", "b"}), "-o says which folder");
    EXPECT_HAS(bad({"-o", "o", "b"}), "--load-address says where");
    EXPECT_HAS(bad({"-o", "o", "--load-address", "0x1000", "b"}), "multiple of 2 MiB");
    EXPECT_HAS(bad({"-o", "o", "--load-address", "1g", "b"}), "--load-address 1g: not an address");
    EXPECT_HAS(bad({"-o", "o", "--load-address", "0x", "b"}), "--load-address 0x: not an address");
    EXPECT_HAS(bad({"--load-size", "17179869184G", "b"}), "17179869184G: not a size");
    EXPECT_HAS(bad({"--load-size", "0", "-o", "o", "--load-address", "0", "b"}), "is 0");
    EXPECT_HAS(bad({"--loud"}), "unknown option --loud");
    EXPECT_HAS(bad({"-o"}), "-o needs a value");
    EXPECT_HAS(bad({"--dtb="}), "--dtb needs a value");
    EXPECT_HAS(bad({"--load-command", "a\nb"}), "--load-command: one line");
    EXPECT_HAS(bad({"-o", "o", "--load-address", "0", "--xen", "x", "b"}), "--xen needs --dtb");
    EXPECT_HAS(bad({"-o", "o", "--load-address", "0", ".."}), "no id for the container");
    EXPECT_HAS(bad({"web="}), "names no bundle");
}

TEST_F(Dom0less, FilesLieBehindEachOther) {
    Window window(0x40000000, 0x1000000);
    EXPECT_EQ(window.take(1, "a").base, 0x40000000U);
    EXPECT_EQ(window.take(0x200001, "b").base, 0x40200000U);
    EXPECT_EQ(window.take(1, "c").base, 0x40600000U);
    EXPECT_HAS(refusal([&] { window.take(0x900000, "d"); }),
               "d has 9437184 bytes, and from 0x40800000 there is room up to 0x41000000");
}

TEST_F(Dom0less, FilesAreKeptToTheBoardsMemory) {
    Window window(0x40000000, UINT64_MAX - 0x40000000);
    window.keep_to({{0x40000000, 0x8000000}}, {{0x40000000, 0x1000}, {0x42000000, 0x100000}});
    EXPECT_EQ(window.take(0x1000000, "a").base, 0x40200000U);
    EXPECT_EQ(window.take(0x1000000, "b").base, 0x42200000U) << "behind what is reserved";
    EXPECT_HAS(refusal([&] { window.take(0x8000000, "c"); }), "does not call memory");
}

TEST_F(Dom0less, NodesOfAnInmateAndOfALinuxGuest) {
    Wish wish = inmate();
    wish.devices = R"(["clock"])";
    wish.board_devices = R"([{"name":"clock","path":"/clock@9010000","irqs":[34]}])";
    wish.iomems = R"([{"base":151060480,"size":4096}])";
    wish.irqs = "[34]";
    BootDomain one = domain(wish, "instructions");
    one.node = "domU1";
    one.kernel = {0x4a000000, 0x80000};
    one.device_tree = {0x4a200000, 0x1dd};
    Wish of_linux;
    of_linux.cpu_count = "2";
    of_linux.cmdline = "quiet";
    BootDomain two = domain(of_linux, arm64_image());
    two.node = "domU2";
    two.kernel = {0x4a400000, 0x1234567};
    two.ramdisk = {0x14c000000, 0x100001};
    expect_golden(overlay({one, two}), "dom0less-overlay.dts");
}

TEST_F(Dom0less, MemoryWhereTheBoardHasIt) {
    Arguments how;
    how.static_memory = how.direct_map = true;
    Wish wish;
    wish.memory_base = "1879048192";
    BootDomain one = domain(wish, arm64_image(), how);
    one.node = "domU1";
    one.kernel = {0x4a000000, 0x80000};
    expect_golden(overlay({one}), "dom0less-static.dts");
    EXPECT_HAS(refused({}, arm64_image(), how), "the board's pool \"xen\"");
    Wish fixed = inmate();
    fixed.memory_base = wish.memory_base;
    EXPECT_HAS(refused(fixed, "instructions", how), "its inmate has an address of its own");
}

TEST_F(Dom0less, WhatOnlyAToolstackCanDo) {
    Wish wish;
    wish.options = R"({"sched-weight":"512"})";
    EXPECT_HAS(refused(wish, arm64_image()), "a CPU pool or for scheduling");
    wish = {};
    wish.net = "bridge=xenbr0";
    wish.mode = "backend";
    EXPECT_HAS(refused(wish, arm64_image()), "asks for a network");
    wish = {};
    wish.kind = "kernel";
    wish.disk = 4096;
    wish.extra_image =
        R"(,{"role":"disk","path":"/d","length":4096,"format":"raw","bus":"virtio"})";
    EXPECT_HAS(refused(wish, arm64_image()), "it has a disk");
    wish = {};
    wish.irqs = "[32]";
    EXPECT_HAS(refused(wish, arm64_image()), "interrupt 32");
    planner_.set_capabilities("hvm-3.0-x86_64");
    wish = {};
    wish.arch = "x86_64";
    EXPECT_HAS(refused(wish, bzimage()), "on arm64 only");
}

TEST_F(Dom0less, DevicesByAPartialTree) {
    Wish wish;
    wish.devices = R"(["clock","eth"])";
    wish.board_devices = R"([{"name":"clock","path":"/clock@9010000","irqs":[34]},)"
                         R"({"name":"eth","path":"/eth@a000000","irqs":[]}])";
    wish.asked_paths = R"(["/eth@a000000"])";
    wish.iomems = R"([{"base":151060480,"size":4096}])";
    wish.irqs = "[34]";
    wish.channels = R"([{"name":"ring@0x70000000","peer":0,"size":65536}])";
    const DomainConfig config = domain(wish, arm64_image()).config;
    expect_golden(device_tree("", config), "dom0less-devices.dts");

    // What the guest is to find stays.
    FdtWriter given(1024);
    given.node("", [&] {
        given.node("passthrough",
                   [&] { given.node("clock", [&] { given.text("compatible", "arm,pl031"); }); });
    });
    const std::string both = device_tree(given.finish(), config);
    EXPECT_GE(fdt_path_offset(both.data(), "/passthrough/clock"), 0);
    EXPECT_GE(fdt_path_offset(both.data(), "/passthrough/runphi/device-0"), 0);
}

// A stranger's tree must not give him what he was not granted.
TEST_F(Dom0less, OrdersInAGivenTreeAreRefused) {
    for (const char* order : {"xen,reg", "xen,path", "xen,force-assign-without-iommu"}) {
        FdtWriter given(1024);
        given.node("", [&] {
            given.node("passthrough", [&] {
                given.node("mine", [&] { given.node("deep", [&] { given.flag(order); }); });
            });
        });
        const std::string tree = given.finish();
        const sdk::Error error = error_of([&] { device_tree(tree, {}); });
        EXPECT_EQ(error.code(), sdk::Code::denied);
        EXPECT_HAS(error.message(), std::string("the property ") + order + " in its node deep");
    }
}

TEST_F(Dom0less, InterruptByItsNumberAlone) {
    DomainConfig config;
    config.dev.irqs = {40};
    EXPECT_HAS(refusal([&] { device_tree("", config); }),
               "interrupt 40 is asked for by its number");
}

TEST_F(Dom0less, NodesInTheBoardsTree) {
    const phi::test::Folder folder;
    const BoardTree board(folder.write("board.dtb", board_blob()));
    EXPECT_TRUE(board.has("/chosen/domU1"));
    EXPECT_EQ(board.memory().at(0).size, 0x10000000U);
    EXPECT_EQ(board.used().at(0).base, 0x42000000U);
    Wish wish = inmate();
    wish.devices = R"(["clock"])";
    wish.board_devices = R"([{"name":"clock","path":"/clock@9010000","irqs":[]}])";
    BootDomain two = domain(wish, "instructions");
    two.node = "domU2";
    two.kernel = {0x4a000000, 0x80000};
    const std::string merged = board.with(overlay({two}), "noreboot");
    ASSERT_EQ(fdt_check_full(merged.data(), merged.size()), 0);
    const auto property = [&](const char* path, const char* name) {
        int length = 0;
        const int node = fdt_path_offset(merged.data(), path);
        const void* value = node < 0 ? nullptr : fdt_getprop(merged.data(), node, name, &length);
        return value == nullptr
                   ? "none"
                   : std::string(static_cast<const char*>(value), static_cast<std::size_t>(length));
    };
    EXPECT_EQ(property("/chosen", "xen,xen-bootargs"), std::string("noreboot\0", 9));
    EXPECT_EQ(property("/chosen", "stdout-path"), std::string("/serial\0", 8));
    EXPECT_EQ(property("/clock@9010000", "xen,passthrough"), "");
    EXPECT_EQ(property("/chosen/domU2", "cpus"), std::string("\0\0\0\1", 4));
    EXPECT_EQ(property("/chosen/domU1", "compatible"), std::string("xen,domain\0", 11));
    const auto places = BoardTree(folder.write("merged.dtb", merged)).used();
    EXPECT_EQ(places.back().base, 0x4a000000U) << "a module of a domain is in the way, too";
}

TEST_F(Dom0less, BoardsTreeThatIsNone) {
    const phi::test::Folder folder;
    EXPECT_HAS(refusal([&] { BoardTree(folder.path() + "/none"); }), "--dtb: open");
    EXPECT_HAS(refusal([&] { BoardTree(folder.write("a", "text")); }), "no device tree at all");
    std::string cut = board_blob();
    cut.resize(cut.size() - 100);
    EXPECT_HAS(refusal([&] { BoardTree(folder.write("b", cut)); }), "damaged");
    FdtWriter other(1024);
    other.node("", [&] { other.node("chosen", [&] { other.cells("#size-cells", {1}); }); });
    EXPECT_HAS(refusal([&] { BoardTree(folder.write("c", other.finish())); }), "#size-cells");
    FdtWriter empty(1024);
    empty.node("", [] {});
    EXPECT_HAS(refusal([&] { BoardTree(folder.write("d", empty.finish())).memory(); }),
               "it tells of no memory");
}

TEST_F(Dom0less, Scripts) {
    BootScript boot;
    boot.load = "tftpb";
    boot.files = {{"domU1.kernel", {0x4a000000, 0x80000}}};
    boot.tree = {"domains.dtbo", {0x4a200000, 0x300}};
    EXPECT_HAS(uboot_script(boot),
               "tftpb 0x4a000000 domU1.kernel\ntftpb 0x4a200000 domains.dtbo\n");
    EXPECT_HAS(uboot_script(boot),
               "fdt addr ${fdt_addr_r}\nfdt resize 0x1300\nfdt apply 0x4a200000\n");
    EXPECT_EQ(qemu_options(boot),
              "-device loader,file=domU1.kernel,addr=0x4a000000,force-raw=on\n");
    boot.tree.file = "board.dtb";
    boot.whole_tree = true;
    boot.xen = Loaded{"xen", {0x4a400000, 1}};
    EXPECT_HAS(uboot_script(boot),
               "tftpb 0x4a200000 board.dtb\nfdt addr 0x4a200000\n"
               "tftpb 0x4a400000 xen\nbooti 0x4a400000 - 0x4a200000\n");
    EXPECT_HAS(qemu_options(boot), "-kernel xen\n-dtb board.dtb\n");
}

}  // namespace
}  // namespace xen_test

// SPDX-License-Identifier: Apache-2.0
// Linux containers as cells of an arm64 machine, by the command line and the real plugin, on the
// model of Jailhouse: what lies in the cell's memory when it starts.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <libfdt.h>
#include <runphi/agent.h>
#include <runphi/memory_ring.h>
#include <sys/wait.h>

#include <memory>

#include "core/base/process.hpp"
#include "core/fs/file.hpp"
#include "fake/jailhouse/server.hpp"
#include "guest/loaders/aarch64/linux.h"
#include "model.hpp"
#include "plugins/jailhouse/channel/memory.hpp"
#include "plugins/jailhouse/format/read.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "plugins/jailhouse/linux/loader.hpp"
#include "support/fake_linux.hpp"
#include "support/folder.hpp"
#include "unit/jailhouse/linux/boards.hpp"
#include "unit/jailhouse/linux/images.hpp"
#include "unit/jailhouse/samples.hpp"

namespace phi::test {
namespace {

using fake_jailhouse::Machine;
using namespace jailhouse_test;

jh::System machine_config(const Board& virt) {
    jh::System out = sample_system(jh::Layout::master);
    out.root_cell.cpu_set = {0xf, 0, 0, 0, 0, 0, 0, 0};
    out.root_cell.regions[1].phys_start = out.root_cell.regions[1].virt_start = ram;
    out.arm = virt.system.arm;
    out.pci_mmconfig_base = virt.system.pci_mmconfig_base;
    return out;
}

fake_jailhouse::Facts arm64_facts() {
    fake_jailhouse::Facts out;
    out.ram = ram;
    return out;
}

std::uint64_t number(const std::string& bytes, bool big_endian) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[big_endian ? i : bytes.size() - 1 - i]);
        out = out << 8 | byte;
    }
    return out;
}

class LinuxCells : public ::testing::Test {
  protected:
    LinuxCells() : server_(Machine(arm64_facts()), folder_.path()), node_("jailhouse", settings()) {
        write_text(node_.dir() + "/board.json", board);
        node_.configure(settings() + ", " + fake_linux_settings(node_));
    }
    void SetUp() override {
        if (!jh::has_linux_loader()) GTEST_SKIP() << "there was no compiler for arm64";
    }
    ~LinuxCells() override {
        node_.run({"delete", "--force", "c"});
        EXPECT_TRUE(Sandbox::eventually([this] { return node_.remains().empty(); }))
            << node_.remains();
        EXPECT_EQ(server_.look().cells().size(), 1U) << "only the root cell is left";
    }

    std::string settings() {
        if (!virt_) {
            virt_ = std::make_unique<Board>();
            make_virt(*virt_);
        }
        const std::string system =
            folder_.write("system.cell", write_system(machine_config(*virt_), jh::Layout::master));
        const jh::Machine machine = virt_->host.machine();
        return "\"defaults\": {\"memory\": \"16M\"}, \"backend_settings\": {\"jailhouse\": "
               "{\"device\": \"" +
               server_.device() + "\", \"memory\": \"" + server_.memory() + "\", \"sysfs\": \"" +
               server_.sysfs() + "\", \"system\": \"" + system + "\", \"device_tree\": \"" +
               machine.device_tree + "\", \"cpus\": \"" + machine.cpus + "\"}}";
    }
    // A bundle whose kernel is `kernel`.
    std::string bundle(const std::string& kernel, const std::string& annotations = "") {
        const std::string out = fake_linux_bundle(node_, "", "", annotations);
        write_text(node_.dir() + "/guest/aarch64/kernel", kernel);
        return out;
    }
    std::string memory(std::uint64_t at, std::size_t size) {
        return server_.look().memory(at, size);
    }

    Folder folder_;
    std::unique_ptr<Board> virt_;  // what the machine's device tree says
    fake_jailhouse::Server server_;
    Sandbox node_;
};

std::string property(const std::string& tree, const char* node, const char* name) {
    int length = 0;
    const int at = fdt_path_offset(tree.data(), node);
    const void* value = at < 0 ? nullptr : fdt_getprop(tree.data(), at, name, &length);
    if (value == nullptr) return {};
    return {static_cast<const char*>(value), static_cast<std::size_t>(length)};
}

TEST_F(LinuxCells, KernelRootFileSystemAndDeviceTreeLieInTheCell) {
    const std::string kernel = kernel_image(3 * mib) + std::string(70'000, 'k');
    const Result made = node_.run({"create", "--bundle", bundle(kernel), "c"});
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_EQ(made.out + made.err, "") << "success is silent";
    const jh::Cell config =
        jh::read_cell(read_text(node_.state_dir() + "/c/c.cell"), jh::Layout::master, "c.cell");

    // The CPU begins in the loader, which knows where the other two are.
    const std::string loader = memory(config.cpu_reset_address, 80);
    const std::uint64_t at = number(loader.substr(RUNPHI_LINUX_LOADER_PARAMETERS, 8), false);
    const std::uint64_t tree_at =
        number(loader.substr(RUNPHI_LINUX_LOADER_PARAMETERS + 8, 8), false);
    EXPECT_EQ(loader, jh::linux_loader(at, tree_at));
    EXPECT_EQ(at, pool);
    EXPECT_TRUE(memory(at, kernel.size()) == kernel);

    const std::string tree = memory(tree_at, 64U << 10);
    ASSERT_EQ(fdt_check_full(tree.data(), tree.size()), 0);
    EXPECT_NE(property(tree, "/chosen", "bootargs").find("runphi.memory=0x200001ff0000"),
              std::string::npos);
    EXPECT_EQ(number(property(tree, "/memory@200001000000", "reg"), true), 16 * mib - 65536);
    EXPECT_EQ(property(tree, "/cpus/cpu@1", "enable-method"), std::string("psci\0", 5));
    const std::uint64_t initrd = number(property(tree, "/chosen", "linux,initrd-start"), true);
    EXPECT_EQ(memory(initrd, 6), "070701") << "a cpio archive";
    EXPECT_GT(number(property(tree, "/chosen", "linux,initrd-end"), true), initrd);

    ASSERT_EQ(node_.run({"start", "c"}).status, 0);
    EXPECT_EQ(server_.look().find("c")->started_with, loader.substr(0, 16));
}

TEST_F(LinuxCells, MemoryOfItsLastOwnerIsGone) {
    const std::string first = kernel_image(3 * mib) + std::string(2 * mib, 'k');
    ASSERT_EQ(node_.run({"create", "--bundle", bundle(first), "c"}).status, 0);
    ASSERT_EQ(node_.run({"delete", "--force", "c"}).status, 0);
    ASSERT_EQ(node_.run({"create", "--bundle", bundle(kernel_image(3 * mib)), "c"}).status, 0);
    EXPECT_EQ(memory(pool + 64, 3 * mib - 64).find('k'), std::string::npos);
}

TEST_F(LinuxCells, MoreThanItsMemoryHolds) {
    const Result refused = node_.run({"create", "--bundle", bundle(kernel_image(16 * mib)), "c"});
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("the kernel needs 16 MiB"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("give the container more memory: 18 MiB are needed"),
              std::string::npos)
        << refused.err;
}

TEST_F(LinuxCells, AKernelThatGzipHasPackedIsUnpacked) {
    const std::string kernel = kernel_image(3 * mib) + std::string(70'000, 'k');
    const Result of_node = node_.run({"create", "--bundle", bundle(gzipped(kernel)), "c"});
    ASSERT_EQ(of_node.status, 0) << of_node.err;
    EXPECT_TRUE(memory(pool, kernel.size()) == kernel);
    ASSERT_EQ(node_.run({"delete", "--force", "c"}).status, 0);

    const std::string own = bundle("not looked at", "\"org.runphi.kernel\": \"/boot/Image.gz\"");
    std::filesystem::create_directories(own + "/rootfs/boot");
    write_text(own + "/rootfs/boot/Image.gz", gzipped(kernel + "of the image"));
    const Result of_image = node_.run({"create", "--bundle", own, "c"});
    ASSERT_EQ(of_image.status, 0) << of_image.err;
    EXPECT_EQ(memory(pool + kernel.size(), 12), "of the image");
}

TEST_F(LinuxCells, NoKernel) {
    const Result refused =
        node_.run({"create", "--bundle", bundle(std::string(56, '#') + "ARMd\nscript"), "c"});
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.err.find("the kernel: "), std::string::npos) << refused.err;
}

// ---- the memory channel, with the test as the guest

class LinuxGuests : public LinuxCells {
  protected:
    // `runphi run` in the background, until the cell runs; then the guest comes up.
    void run(const std::string& input = "") {
        out_ = UniqueFd(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
        in_ = UniqueFd(::open(folder_.write("input", input).c_str(), O_RDONLY | O_CLOEXEC));
        process_ =
            spawn({node_.command({"run", "--keep", "--bundle", bundle(kernel_image(3 * mib)), "c"}),
                   node_.environment(),
                   {{in_.get(), 0}, {out_.get(), 1}, {out_.get(), 2}},
                   -1,
                   false,
                   true});
        ASSERT_TRUE(Sandbox::eventually([this] { return cell_state() == "running"; })) << output();
        memory_ = std::make_unique<jh::ChannelMemory>(server_.memory(), pool + 16 * mib - 65536);
        ASSERT_TRUE(runphi_memory_is_channel(memory_->get()));
        runphi_memory_begin_guest(&guest_, memory_->get());
        say(RUNPHI_AGENT_HELLO, std::string(1, RUNPHI_AGENT_VERSION));
    }
    int status() {
        int status = 0;
        ::waitpid(process_.id.pid, &status, 0);
        return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    std::string output() const { return read_fd(out_.get(), "output"); }
    std::string cell_state() {
        Machine now = server_.look();
        const auto* found = now.find("c");
        return found != nullptr ? found->state : "";
    }
    void send(unsigned lane, std::string bytes) {
        EXPECT_TRUE(Sandbox::eventually([&] {
            bytes.erase(0, runphi_memory_send(&guest_, lane, bytes.data(),
                                              static_cast<std::uint32_t>(bytes.size())));
            return bytes.empty();
        }));
    }
    void say(std::uint8_t type, const std::string& payload) {
        std::string frame = {static_cast<char>(RUNPHI_AGENT_MAGIC), static_cast<char>(type),
                             static_cast<char>(payload.size()), 0};
        send(RUNPHI_MEMORY_AGENT, frame + payload);
    }
    void hear(unsigned lane, const std::string& wanted) {
        std::string got;
        EXPECT_TRUE(Sandbox::eventually([&] {
            char bytes[64];
            got.append(bytes, runphi_memory_take(&guest_, lane, bytes, sizeof bytes));
            return got.find(wanted) != std::string::npos;
        })) << got;
    }
    void exit(int status) {
        say(RUNPHI_AGENT_EXIT, std::string(1, static_cast<char>(status)));
        runphi_memory_end_guest(&guest_, static_cast<unsigned>(status));
    }

    UniqueFd out_, in_;
    Spawned process_;
    std::unique_ptr<jh::ChannelMemory> memory_;
    runphi_memory_end guest_{};
};

TEST_F(LinuxGuests, OutputInputAndExitStatus) {
    run("input");
    send(RUNPHI_MEMORY_CONSOLE, "hello\n");
    hear(RUNPHI_MEMORY_CONSOLE, "input");
    send(RUNPHI_MEMORY_CONSOLE, "bye\n");
    exit(7);
    EXPECT_EQ(status(), 7);
    EXPECT_EQ(output(), "hello\nbye\n");
    EXPECT_EQ(cell_state(), "shut down") << "though the guest itself still spins";
}

TEST_F(LinuxGuests, FloodComesOutWhole) {
    run();
    std::string flood;
    for (unsigned line = 0; line < 30'000; ++line) flood += std::to_string(line) + "\n";
    send(RUNPHI_MEMORY_CONSOLE, flood);
    exit(0);
    EXPECT_EQ(status(), 0);
    EXPECT_TRUE(output() == flood);
}

TEST_F(LinuxGuests, TermIsASignalAndKillIsTheEnd) {
    run();
    ASSERT_EQ(node_.run({"kill", "c", "TERM"}).status, 0);
    hear(RUNPHI_MEMORY_AGENT, std::string("\xa7\x10\x01\x00\x0f", 5));
    EXPECT_EQ(cell_state(), "running");
    ASSERT_EQ(node_.run({"kill", "c", "KILL"}).status, 0);
    EXPECT_EQ(status(), 137);
    EXPECT_EQ(cell_state(), "shut down");
}

TEST_F(LinuxGuests, OneThatGoesWithoutAWordHasCrashed) {
    run();
    send(RUNPHI_MEMORY_CONSOLE, "Kernel panic\n");
    server_.change([](Machine& machine) { machine.end(*machine.find("c")); });
    EXPECT_EQ(status(), 134);
    EXPECT_EQ(output(), "Kernel panic\n");
}

}  // namespace
}  // namespace phi::test

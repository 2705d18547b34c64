// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <runphi/sdk.hpp>
#include <string>

#include "core/board/board.hpp"
#include "plugins/jailhouse/discover/discover.hpp"
#include "plugins/jailhouse/format/number_set.hpp"

// A machine whose files say anything, and what is discovered there. Beyond not crashing: a refusal
// says something, and what is found is a board that the core takes, with memory of the root cell's.
// The input is records: which file, how many bytes, the bytes.
namespace {

using namespace runphi::jailhouse;
namespace fs = std::filesystem;

#define TREE "/sys/firmware/devicetree/base"
constexpr const char* files[] = {
    "/proc/iomem",
    "/proc/consoles",
    "/sys/devices/system/cpu/online",
    "/sys/class/tty/ttyS0/device/uevent",
    "/sys/bus/platform/devices/a/uevent",
    "/sys/bus/platform/devices/b/uevent",
    "/sys/bus/amba/devices/c/uevent",
    "/sys/bus/pci/devices/0000:00:02.0/resource",
    "/sys/devices/jailhouse/cells/0/cpus_assigned_list",
    TREE "/#address-cells",
    TREE "/#size-cells",
    TREE "/interrupt-parent",
    TREE "/aliases/serial0",
    TREE "/chosen/stdout-path",
    TREE "/memory/device_type",
    TREE "/memory/reg",
    TREE "/reserved-memory/a/reg",
    TREE "/reserved-memory/a/compatible",
    TREE "/gic/reg",
    TREE "/gic/phandle",
    TREE "/gic/interrupt-controller",
    TREE "/gic/#interrupt-cells",
    TREE "/gic/#address-cells",
    TREE "/axi/ranges",
    TREE "/axi/#address-cells",
    TREE "/axi/#size-cells",
    TREE "/axi/uart/reg",
    TREE "/axi/uart/compatible",
    TREE "/axi/uart/interrupts",
    TREE "/axi/uart/interrupts-extended",
    TREE "/axi/uart/status",
    TREE "/axi/uart/memory-region",
    TREE "/axi/pci/interrupt-map",
    TREE "/axi/pci/#interrupt-cells",
    TREE "/axi/pci/#address-cells",
    TREE "/axi/v2m/compatible",
    TREE "/axi/v2m/arm,msi-base-spi",
    TREE "/axi/v2m/arm,msi-num-spis",
};

void require(bool held) {
    if (!held) std::abort();
}

void write(const fs::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

// A folder for the whole run, with every file in it.
class Folder {
  public:
    Folder() {
        require(::mkdtemp(path_.data()) != nullptr);
        for (const char* file : files) {
            fs::create_directories(fs::path(path_ + file).parent_path());
        }
        fs::create_directories(path_ + TREE "/cpus");
        write(path_ + "/sys/devices/jailhouse/enabled", "1\n");
        write(path_ + "/sys/devices/jailhouse/cells/0/name", "root\n");
        write(path_ + "/sys/devices/jailhouse/cells/0/state", "running\n");
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }

    void fill(const std::uint8_t* data, std::size_t size) const {
        for (const char* file : files) fs::remove(path_ + file);
        for (std::size_t at = 0; at + 2 <= size;) {
            const char* file = files[data[at] % std::size(files)];
            const std::size_t bytes = std::min<std::size_t>(data[at + 1], size - at - 2);
            write(path_ + file, std::string(reinterpret_cast<const char*>(data + at + 2), bytes));
            at += 2 + bytes;
        }
    }

  private:
    std::string path_ = "/tmp/runphi-fuzz-XXXXXX";
};

constexpr std::uint64_t ram = 0x40000000, ram_size = 0x40000000;

System system_config() {
    System out;
    out.hypervisor_memory = {0x7fc00000, 0, 0x400000, 0, 0};
    out.arm.gic_version = 2;
    out.arm.gicd_base = 0x8000000;
    out.root_cell.name = "root";
    out.root_cell.cpu_set = set_of({0, 1, 2, 3});
    out.root_cell.regions = {{0x9000000, 0x9000000, 0x37000000, 0x13, 0},
                             {ram, ram, ram_size - 0x400000, 0x7, 0}};
    out.root_cell.irqchips = {{0x8000000, 0, 32, {~0U, ~0U, ~0U, ~0U}}};
    PciDevice device;
    device.type = pci_type::device;
    device.bdf = 0x10;
    out.root_cell.pci_devices = {device};
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Folder folder;
    folder.fill(data, size);
    Settings settings;
    settings.linux_root = folder.path();
    settings.machine.device_tree = folder.path() + TREE;
    settings.sysfs = folder.path() + "/sys/devices/jailhouse";
    try {
        const Node node{system_config(), Layout::master, Tree(settings.sysfs), settings.machine};
        const Found found = discover(node, settings, {});
        const phi::board::Board board = phi::board::parse_board(board_json(found), "found");
        for (const auto& pool : board.memory) {
            require(pool.base >= ram && pool.size <= ram + ram_size - pool.base);
        }
    } catch (const runphi::sdk::Error& error) {
        require(!error.message().empty());
    }
    return 0;
}

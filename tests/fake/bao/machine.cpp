// SPDX-License-Identifier: Apache-2.0
#include "machine.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "guest/slot/slot_window.h"
#include "plugins/bao/guest/staged_image.hpp"
#include "plugins/bao/slots/amount.hpp"

namespace fake_bao {

using runphi::bao::SlotState;
using runphi::bao::Window;

namespace {

constexpr std::uint64_t window_size = 0x30000;
constexpr std::uint64_t status_magic = RUNPHI_SLOT_STATUS_MAGIC;
constexpr const char* tree_bytes = "the tree of a slot";

void write(const std::string& path, const std::string& bytes) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string text(const std::string& value) {
    return value + std::string(1, '\0');
}

std::string big_endian(std::initializer_list<std::uint64_t> numbers) {
    std::string out;
    for (const std::uint64_t value : numbers) {
        for (int shift = 56; shift >= 0; shift -= 8)
            out += static_cast<char>(value >> shift & 0xff);
    }
    return out;
}

runphi::bao::Slot describe(unsigned number) {
    runphi::bao::Slot out;
    out.name = "s" + std::to_string(number);
    out.ram = {{0x40000000, 0x100000U << number}};
    out.gic = {3, 0x8000000, 0x80a0000};
    out.device_tree = "slot-" + out.name + ".dtb";
    out.device_tree_hash = runphi::bao::hash_text(tree_bytes);
    out.window = {number * window_size, window_size};
    out.window_in_slot = 0xf0000000;
    out.stub = {0x10000000, 0x20000};
    return out;
}

runphi::bao::SlotTable layout() {
    runphi::bao::SlotTable out;
    out.layout = "model";
    out.bao = "v2.0.0";
    out.profile = "mmu";
    out.slots = {describe(0), describe(1)};
    out.slots[0].cpus = {2};
    out.slots[1].cpus = {3, 4};
    out.slots[1].devices = {{"uart1", {"arm,pl011"}, {{0x9040000, 0x1000}}, {40}, false}};
    out.slots[1].channels = {{"link", {0xf8000000, 0x10000}, 60, 1, {"root"}}};
    runphi::bao::Guest guest;
    guest.name = "g0";
    guest.cpus = {5};
    guest.ram = {{0x60000000, 0x800000}};
    guest.gic = out.slots[0].gic;
    guest.device_tree = "guest-g0.dtb";
    guest.device_tree_hash = runphi::bao::hash_text(tree_bytes);
    guest.image = "g0.bin";
    guest.load = guest.entry = 0x60000000;
    guest.most = 0x400000;
    out.guests = {guest};
    return out;
}

std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Machine::Machine(std::string folder)
    : folder_(std::move(folder)), table_(layout()), size_(window_size * table_.slots.size()) {
    write_tree();
    write(folder_ + "/slots.json", write_table(table_));
    for (const auto& slot : table_.slots) write(folder_ + "/" + slot.device_tree, tree_bytes);
    for (const auto& guest : table_.guests) write(folder_ + "/" + guest.device_tree, tree_bytes);
    put_on_medium("g0.bin", runphi::bao::idle_image(0));
    name_boot();
    const runphi::sdk::UniqueFd fd(::open(memory().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(size_)) != 0) {
        throw std::runtime_error("the model's memory");
    }
    void* at = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    if (at == MAP_FAILED) throw std::runtime_error("mmap");
    windows_ = static_cast<std::uint8_t*>(at);
    boot();
}

Machine::~Machine() {
    slots_.clear();
    ::munmap(windows_, size_);
}

void Machine::boot() {
    slots_.clear();
    name_boot();
    for (const auto& one : table_.slots) {
        slots_.emplace(one.name, std::make_unique<Slot>(one, windows_ + one.window.base));
    }
}

void Machine::spoil(const std::string& name) {
    for (const auto& one : table_.slots) {
        if (one.name != name) continue;
        std::memset(windows_ + one.window.base + RUNPHI_SLOT_STATUS, 0xff, RUNPHI_SLOT_PAGE);
        std::memcpy(windows_ + one.window.base + RUNPHI_SLOT_STATUS, &status_magic,
                    sizeof status_magic);
    }
}

void Machine::name_boot() {
    write(folder_ + "/boot-id", "boot-" + std::to_string(++boots_) + "\n");
}

void Machine::put_on_medium(const std::string& file, const std::string& bytes) {
    write(folder_ + "/medium/" + file, bytes);
}

std::string Machine::on_medium(const std::string& file) const {
    return read(folder_ + "/medium/" + file);
}

bool Machine::medium_is_idle() const {
    namespace fs = std::filesystem;
    const fs::directory_iterator files(folder_ + "/medium");
    return std::distance(files, fs::directory_iterator()) == 1 &&
           on_medium("g0.bin") == runphi::bao::idle_image(0);
}

void Machine::write_tree() const {
    const std::string tree = folder_ + "/tree/";
    write(tree + "#address-cells", std::string("\0\0\0\2", 4));
    write(tree + "#size-cells", std::string("\0\0\0\2", 4));
    write(tree + "cpus/cpu@0/device_type", text("cpu"));
    write(tree + "runphi-bao/compatible", text("runphi,bao"));
    write(tree + "runphi-bao/layout", text(table_.layout));
    write(tree + "runphi-bao/layout-hash", text(layout_hash(table_)));
    write(tree + "runphi-bao/bao-version", text(table_.bao));
    for (const auto& slot : table_.slots) {
        const std::string node = tree + "window-" + slot.name + "/";
        write(node + "compatible", text("bao,ipcshmem"));
        write(node + "runphi,slot", text(slot.name));
        write(node + "reg", big_endian({slot.window.base, slot.window.size}));
    }
}

std::string Machine::settings(const std::string& more) const {
    return "{\"slots\": \"" + folder_ + "/slots.json\", \"device_tree\": \"" + folder_ +
           "/tree\", \"memory\": \"" + memory() + "\", \"boot_id\": \"" + folder_ +
           "/boot-id\", \"boot_medium\": \"" + folder_ + "/medium\"" + more + "}";
}

Window Machine::window(const std::string& name) const {
    for (const auto& one : table_.slots) {
        if (one.name == name) return {memory(), one.window.base, one.window.size};
    }
    throw std::runtime_error("no such slot");
}

SlotState Machine::state(const std::string& name) const {
    return window(name).status().value().state;
}

bool Machine::is_clean() const {
    for (const auto& [name, slot] : slots_) {
        if (!slot->memory_is_zero()) return false;
    }
    return true;
}

}  // namespace fake_bao

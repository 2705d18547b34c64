// SPDX-License-Identifier: Apache-2.0
#include "machine.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "guest/slot/slot_parameters.h"

namespace phi::test {

using runphi::bao::SlotState;
using runphi::bao::Window;

namespace {

constexpr std::uint64_t all_memory = 0x800000;

std::string read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

std::string stub_image(unsigned gic_version) {
    std::string out = read_all(SLOT_STUB);
    runphi_slot_parameters parameters{};
    std::memcpy(&parameters, &out.at(RUNPHI_SLOT_PARAMETERS), sizeof parameters);
    parameters.gic_version = gic_version;
    // QEMU's hw/arm/virt.c.
    parameters.gic_distributor = 0x08000000;
    parameters.gic_second = gic_version == 2 ? 0x08010000 : 0x080a0000;
    parameters.window_base = SlotMachine::window_base;
    parameters.window_size = SlotMachine::window_size;
    parameters.ram_count = 2;
    parameters.ram[0] = {SlotMachine::ram, SlotMachine::ram_size};
    parameters.ram[1] = {SlotMachine::second, SlotMachine::second_size};
    std::memcpy(&out.at(RUNPHI_SLOT_PARAMETERS), &parameters, sizeof parameters);
    return out;
}

std::string hex(std::uint64_t number) {
    std::ostringstream out;
    out << "0x" << std::hex << number;
    return out.str();
}

pid_t run(std::vector<std::string> argv) {
    std::vector<char*> words;
    for (std::string& one : argv) words.push_back(one.data());
    words.push_back(nullptr);
    const pid_t parent = ::getpid(), child = ::fork();
    if (child != 0) return child;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::execvp(words[0], words.data());
    ::_exit(127);
}

template <typename Condition>
bool eventually(const Condition& condition) {
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(SlotMachine::patience_ms);
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace

SlotMachine::SlotMachine(unsigned gic_version) {
    const std::string image = folder_.write("stub.bin", stub_image(gic_version));
    // What memory holds when it gets power is anything.
    folder_.write("memory", std::string(all_memory, '\xa5'));
    const std::string size = std::to_string(all_memory);
    qemu_ = run({"qemu-system-aarch64", "-M",
                 "virt,memory-backend=ram,gic-version=" + std::to_string(gic_version), "-cpu",
                 "cortex-a53", "-accel", "tcg", "-m", size + "B", "-object",
                 "memory-backend-file,id=ram,share=on,mem-path=" + file() + ",size=" + size,
                 "-nodefaults", "-no-user-config", "-display", "none", "-device",
                 "loader,file=" + image + ",addr=" + hex(SlotMachine::stub) + ",force-raw=on",
                 "-device", "loader,addr=" + hex(SlotMachine::stub) + ",cpu-num=0"});
    window_ = std::make_unique<Window>(window());
    eventually([this] { return window_->status().has_value(); });
}

SlotMachine::~SlotMachine() {
    ::kill(qemu_, SIGKILL);
    ::waitpid(qemu_, nullptr, 0);
}

Window SlotMachine::window() const {
    return {file(), window_base - memory, window_size};
}

bool SlotMachine::reaches(SlotState state) const {
    return eventually([&] { return status().state == state && window_->answers(0); });
}

std::string SlotMachine::bytes(std::uint64_t address, std::uint64_t size) const {
    std::string out(size, '\0');
    std::ifstream in(file(), std::ios::binary);
    in.seekg(static_cast<std::streamoff>(address - memory));
    in.read(out.data(), static_cast<std::streamsize>(size));
    return out;
}

bool SlotMachine::is_zero(std::uint64_t address, std::uint64_t size) const {
    const std::string all = bytes(address, size);
    return std::all_of(all.begin(), all.end(), [](char one) { return one == 0; });
}

void SlotMachine::open_channel(std::uint32_t run) {
    runphi_memory_begin_host(&channel_, window_->channel(), run);
    console_.clear();
}

std::string SlotMachine::console_until(const std::string& wanted) {
    eventually([&] {
        char part[256];
        const std::uint32_t got =
            runphi_memory_take(&channel_, RUNPHI_MEMORY_CONSOLE, part, sizeof part);
        console_.append(part, got);
        return console_.find(wanted) != std::string::npos;
    });
    return console_;
}

void SlotMachine::send(unsigned lane, const std::string& bytes) {
    runphi_memory_send(&channel_, lane, bytes.data(), static_cast<std::uint32_t>(bytes.size()));
}

std::string slot_inmate(const std::string& name) {
    return read_all(INMATES "/aarch64-bao/" + name + ".bin");
}

}  // namespace phi::test

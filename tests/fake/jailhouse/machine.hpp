// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fake/jailhouse/raw_config.hpp"

// A model of Jailhouse's driver and hypervisor on an arm64 machine, as they were seen to behave,
// the surprising ways too. Not a line of it is Jailhouse's.
namespace fake_jailhouse {

// Where the addresses in an argument lead to.
class CallerMemory {
  public:
    virtual ~CallerMemory() = default;
    virtual bool read(std::uint64_t address, void* out, std::size_t size) const = 0;
};

struct Cell {
    int id = 0;
    RawConfig config;
    std::string state = "shut down";
    std::set<unsigned> cpus, failed_cpus;
    bool truncated = false;  // its configuration was shorter than its tables
    bool loadable = false;   // since it was loaded, or shut down
    bool denies = false;     // answers the request to shut down with no
    bool answers = true;     // messages at all
    // The content of the files for remote processors, when they were loaded.
    std::map<unsigned, std::string> remote_images{};
    std::string started_with{};  // the first bytes at its reset address when it was started
    std::map<std::string, unsigned> exits{};  // by reason; those that are missing are 0
};

// nullopt: the call never returns.
using Answer = std::optional<int>;  // 0, or an errno

struct Facts {
    Flavour flavour = Flavour::master;
    std::uint8_t arch = 2;  // arm64
    unsigned cpus = 4;
    std::uint64_t ram = 0x40000000, ram_size = 0x3fa10000;  // the root cell's
    std::string firmware = "/nonexistent";                  // where the kernel loads firmware from
    std::uint64_t hypervisor = 0x7fc00000, hypervisor_size = 0x400000;
};

class Machine {
  public:
    explicit Machine(Facts facts = {});

    // One call of /dev/jailhouse. `argument` is what the caller passed a pointer to, whole; what is
    // pointed to in it is read from the caller.
    Answer ioctl(std::uint32_t request, const std::string& argument, const CallerMemory& caller);

    // ---- what is outside of the driver's hands
    void disable();
    void enable();
    bool enabled() const { return enabled_; }
    bool dead() const { return dead_; }  // the machine, or the root cell: nothing answers any more
    const Facts& facts() const { return facts_; }
    std::map<int, Cell>& cells() { return cells_; }
    const std::map<int, Cell>& cells() const { return cells_; }
    Cell* find(const std::string& name);
    // The software in a cell.
    void fail(Cell& cell);
    void lock(Cell& cell) { cell.state = "running/locked"; }
    void end(Cell& cell) { cell.state = "shut down"; }
    // Character by character, by the hypercall; refused without permission, which is printed, too.
    void print(const Cell& cell, const std::string& text);

    // What a reader of the hypervisor's console gets who has read up to `position`, which moves on.
    // Of the console it keeps the last 2 KiB.
    std::string read_console(std::uint64_t& position) const;

    std::string memory(std::uint64_t phys, std::size_t size) const;

    // What the software in every cell prints first.
    std::string first_words;

    // The next call never returns.
    bool hang_next = false;
    // The next call reports success, and does nothing.
    bool ignore_next = false;
    // The errno of the next call, with no effect; 0: none.
    int fail_next = 0;
    // Somebody else destroys the next cell that is started, before its starter hears that it runs.
    bool destroy_started = false;
    // The errno of every load of an image for a remote processor; 0: none.
    int refuse_remote_images = 0;

  private:
    Answer create(const std::string& argument, const CallerMemory& caller);
    Answer load(const std::string& argument, const CallerMemory& caller);
    Answer start(const std::string& argument);
    Answer destroy(const std::string& argument);
    Answer make(Cell cell);
    int load_image(const Cell& cell, const std::string& argument, std::size_t at,
                   const CallerMemory& caller);
    int load_remote_images(Cell& cell, const std::string& argument, const CallerMemory& caller);
    int check_links(const Cell& cell) const;
    Answer ask_to_stop(Cell& cell);
    Answer tell_others(const Cell* except);
    std::optional<int> select(const std::string& argument, Cell** cell);
    void write_memory(std::uint64_t phys, const std::string& bytes);
    void say(const std::string& line) { console_ += line + "\n"; }
    bool is_root_memory(std::uint64_t phys, std::uint64_t size) const;

    Facts facts_;
    std::map<int, Cell> cells_;
    std::map<std::uint64_t, std::array<char, 4096>> pages_;  // those that were ever written
    std::string console_;                                    // all that was ever printed
    bool enabled_ = true;
    bool dead_ = false;
};

}  // namespace fake_jailhouse

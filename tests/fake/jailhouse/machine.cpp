// SPDX-License-Identifier: Apache-2.0
#include "fake/jailhouse/machine.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace fake_jailhouse {

namespace {

constexpr std::uint64_t flag_write = 0x2, flag_comm = 0x20, flag_loadable = 0x40;
constexpr std::uint32_t passive = 1, may_print = 0xc0000000;
constexpr std::size_t console_size = 2048;
constexpr std::uint64_t page = 4096;

template <typename T>
T field(const std::string& bytes, std::size_t at) {
    T value{};
    if (at + sizeof value <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

std::optional<std::string> copy_from(const CallerMemory& caller, std::uint64_t address,
                                     std::size_t size) {
    std::string out(size, '\0');
    if (size != 0 && !caller.read(address, out.data(), size)) return std::nullopt;
    return out;
}

bool runs(const Cell& cell) {
    return cell.id != 0 && cell.state.rfind("running", 0) == 0;
}

}  // namespace

Machine::Machine(Facts facts) : facts_(facts) {
    enable();
}

void Machine::enable() {
    enabled_ = true;
    Cell root;
    root.config.name = "root";
    root.state = "running";
    for (unsigned cpu = 0; cpu < facts_.cpus; ++cpu) root.cpus.insert(cpu);
    cells_ = {{0, root}};
}

void Machine::disable() {
    enabled_ = false;
    cells_.clear();
}

Cell* Machine::find(const std::string& name) {
    for (auto& [id, cell] : cells_) {
        if (cell.config.name == name) return &cell;
    }
    return nullptr;
}

// A cell that fails is stopped with the CPU that did it.
void Machine::fail(Cell& cell) {
    cell.state = "failed";
    cell.failed_cpus = cell.cpus;
    say("Unhandled data write at 0xdead0000(4)");
    say("\nFATAL: unhandled trap (exception class 0x24)");
    say("Cell state before exception:");
    say(" pc: 0000000000001234   lr: 0000000000001230 spsr: 60000005     EL1");
    for (const unsigned cpu : cell.cpus) {
        say("Parking CPU " + std::to_string(cpu) + " (Cell: \"" + cell.config.name + "\")");
    }
}

void Machine::print(const Cell& cell, const std::string& text) {
    if ((cell.config.flags & may_print) != 0) {
        console_ += text;
    } else {
        say("hypervisor/control.c:966: returning error -EPERM");
    }
}

std::string Machine::read_console(std::uint64_t& position) const {
    if (console_.size() - position > console_size) {
        const std::uint64_t missed = console_.size() - console_size - position;
        position += missed;
        return "<missed " + std::to_string(missed) + " bytes of console log>\n";
    }
    const std::string out = console_.substr(position);
    position = console_.size();
    return out;
}

Answer Machine::ioctl(std::uint32_t request, const std::string& argument,
                      const CallerMemory& caller) {
    if (dead_ || std::exchange(hang_next, false)) return std::nullopt;
    if (std::exchange(ignore_next, false)) return 0;
    if (const int number = std::exchange(fail_next, 0)) return number;
    const std::uint32_t load_request = facts_.flavour == Flavour::master ? 0x40300003 : 0x40380003;
    if (request == 0x40100002) return create(argument, caller);
    if (request == load_request) return load(argument, caller);
    if (request == 0x40280004) return start(argument);
    if (request == 0x40280005) return destroy(argument);
    return EINVAL;
}

Answer Machine::create(const std::string& argument, const CallerMemory& caller) {
    const auto bytes =
        copy_from(caller, field<std::uint64_t>(argument, 0), field<std::uint32_t>(argument, 8));
    if (!bytes) return EFAULT;
    Cell cell;
    cell.config = parse_raw(*bytes, facts_.flavour);
    cell.truncated = cell.config.size > bytes->size();
    cell.cpus = cell.config.cpus;
    if (bytes->size() < header_size(facts_.flavour) || cell.config.signature != "JHCLL")
        return EINVAL;
    if (cell.config.revision != 14) return EINVAL;
    if (cell.config.arch != facts_.arch) return 0;  // and no cell: its driver forgets to say so
    if (!enabled_) return EINVAL;
    if (find(cell.config.name) != nullptr) return EEXIST;
    const auto& roots = cells_.at(0).cpus;
    if (!std::includes(roots.begin(), roots.end(), cell.cpus.begin(), cell.cpus.end()))
        return EBUSY;
    return make(std::move(cell));
}

Answer Machine::make(Cell cell) {
    if (const Answer refused = tell_others(nullptr); refused != 0) return refused;
    if (cell.config.size > (64U << 10)) return E2BIG;
    if (cell.cpus == cells_.at(0).cpus) return EBUSY;
    if (const int number = check_links(cell)) return number;
    while (cells_.count(cell.id) != 0) ++cell.id;
    for (const unsigned cpu : cell.cpus) cells_.at(0).cpus.erase(cpu);
    say("Created cell \"" + cell.config.name + "\"");
    say("Page pool usage after cell creation: mem 144/992, remap 144/131072");
    cells_.emplace(cell.id, std::move(cell));
    return 0;
}

int Machine::check_links(const Cell& cell) const {
    for (const RawLink& link : cell.config.links) {
        if (std::size_t{link.regions_start} + 2 + link.peers > cell.config.regions.size())
            return EINVAL;
        for (const auto& [id, other] : cells_) {
            for (const RawLink& theirs : other.config.links) {
                if (theirs.bdf == link.bdf && theirs.number == link.number) return EBUSY;
            }
        }
    }
    return 0;
}

// Before a cell is made or destroyed every other one is told. A locked one does not allow it; one
// that is asked and does not answer holds up the root cell: for its time-out, and is failed then;
// or for ever.
Answer Machine::tell_others(const Cell* except) {
    for (auto& [id, cell] : cells_) {
        if (&cell == except || !runs(cell)) continue;
        if (cell.state == "running/locked") return EPERM;
        if ((cell.config.flags & passive) != 0 || cell.answers) continue;
        if (cell.config.reply_timeout == 0) return std::nullopt;
        fail(cell);
    }
    return 0;
}

Answer Machine::ask_to_stop(Cell& cell) {
    if (!runs(cell) || (cell.config.flags & passive) != 0) return 0;
    if (cell.answers) return cell.denies ? EPERM : 0;
    if (cell.config.reply_timeout == 0) return std::nullopt;
    fail(cell);
    return 0;
}

// An errno, or the cell. The root cell is none that could be managed.
std::optional<int> Machine::select(const std::string& argument, Cell** cell) {
    if (!enabled_) return EINVAL;
    const auto id = field<std::int32_t>(argument, 0);
    if (id < 0) {
        *cell = find(field<std::array<char, 32>>(argument, 8).data());
    } else {
        const auto at = cells_.find(id);
        *cell = at == cells_.end() ? nullptr : &at->second;
    }
    if (*cell == nullptr) return ENOENT;
    if ((*cell)->id == 0) return EINVAL;
    return std::nullopt;
}

Answer Machine::load(const std::string& argument, const CallerMemory& caller) {
    Cell* cell = nullptr;
    if (const auto refused = select(argument, &cell)) return *refused;
    if (const Answer refused = ask_to_stop(*cell); refused != 0) return refused;
    // From here on it is stopped, whatever becomes of the images.
    cell->state = "shut down";
    cell->failed_cpus.clear();
    if (!std::exchange(cell->loadable, true)) {
        say("Cell \"" + cell->config.name + "\" can be loaded");
    }
    const std::size_t head = facts_.flavour == Flavour::master ? 48 : 56;
    if (facts_.flavour == Flavour::omnivisor) {
        const int number = load_remote_images(*cell, argument, caller);
        if (number != 0) return number;
    }
    const auto count = field<std::uint32_t>(argument, 40);
    for (std::uint32_t i = 0; i < count; ++i) {
        const int number = load_image(*cell, argument, head + std::size_t{i} * 32, caller);
        if (number != 0) return number;
        if (dead_) return std::nullopt;
    }
    return 0;
}

// Before all others. The driver takes the name of a file, and the kernel reads it.
int Machine::load_remote_images(Cell& cell, const std::string& argument,
                                const CallerMemory& caller) {
    constexpr std::size_t size = 40;
    const auto count = field<std::uint32_t>(argument, 44);
    if (count != 0 && refuse_remote_images != 0) return refuse_remote_images;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto list = copy_from(caller, field<std::uint64_t>(argument, 48) + i * size, size);
        if (!list) return EFAULT;
        const auto number = field<std::uint32_t>(*list, 0);
        if (cell.config.rcpus.count(number) == 0) return EINVAL;
        const std::string name = field<std::array<char, 32>>(*list, 8).data();
        std::ifstream file(facts_.firmware + "/" + name, std::ios::binary);
        if (!file) return ENOENT;
        cell.remote_images[number] = {std::istreambuf_iterator<char>(file), {}};
    }
    return 0;
}

// The first region in which the address lies takes it, or nothing does. The root cell writes it,
// and dies of memory that is not its own.
int Machine::load_image(const Cell& cell, const std::string& argument, std::size_t at,
                        const CallerMemory& caller) {
    constexpr std::uint64_t needed = flag_write | flag_loadable;
    const auto size = field<std::uint64_t>(argument, at + 8);
    const auto target = field<std::uint64_t>(argument, at + 16);
    if (size == 0) return 0;
    for (const RawRegion& region : cell.config.regions) {
        if (target < region.virt || target - region.virt >= region.size) continue;
        const std::uint64_t offset = target - region.virt;
        if (size > region.size - offset || (region.flags & needed) != needed) return EINVAL;
        const auto bytes = copy_from(caller, field<std::uint64_t>(argument, at), size);
        if (!bytes) return EFAULT;
        if (is_root_memory(region.phys + offset, size)) {
            write_memory(region.phys + offset, *bytes);
        } else {
            dead_ = true;
        }
        return 0;
    }
    return EINVAL;
}

// Memory is not cleared, and a cell that failed fails again unless it was loaded.
Answer Machine::start(const std::string& argument) {
    Cell* cell = nullptr;
    if (const auto refused = select(argument, &cell)) return *refused;
    if (const Answer refused = ask_to_stop(*cell); refused != 0) return refused;
    const bool failed = cell->state == "failed" && !cell->loadable;
    cell->loadable = false;
    cell->started_with.clear();
    for (const RawRegion& region : cell->config.regions) {
        const std::uint64_t offset = cell->config.reset_address - region.virt;
        if ((region.flags & flag_comm) != 0 || offset >= region.size) continue;
        cell->started_with = memory(region.phys + offset, 16);
        break;
    }
    cell->state = "running";
    say("Started cell \"" + cell->config.name + "\"");
    if (!failed && !first_words.empty()) print(*cell, first_words);
    if (failed) fail(*cell);
    return std::exchange(destroy_started, false) ? destroy(argument) : 0;
}

Answer Machine::destroy(const std::string& argument) {
    Cell* cell = nullptr;
    if (const auto refused = select(argument, &cell)) return *refused;
    if (const Answer refused = tell_others(cell); refused != 0) return refused;
    if (const Answer refused = ask_to_stop(*cell); refused != 0) return refused;
    if (cell->truncated) {
        dead_ = true;  // the hypervisor follows what it read behind the configuration
        return std::nullopt;
    }
    say("Closing cell \"" + cell->config.name + "\"");
    cells_.at(0).cpus.insert(cell->cpus.begin(), cell->cpus.end());
    cells_.erase(cell->id);
    return 0;
}

bool Machine::is_root_memory(std::uint64_t phys, std::uint64_t size) const {
    return phys >= facts_.ram && phys - facts_.ram < facts_.ram_size &&
           size <= facts_.ram_size - (phys - facts_.ram);
}

// Zeros where nothing was ever written are there already.
void Machine::write_memory(std::uint64_t phys, const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        const std::uint64_t begin = phys + at;
        const std::size_t part = std::min<std::size_t>(page - begin % page, bytes.size() - at);
        const char* from = bytes.data() + at;
        at += part;
        const bool zeros = std::all_of(from, from + part, [](char byte) { return byte == 0; });
        if (zeros && pages_.count(begin / page) == 0) continue;
        std::copy(from, from + part,
                  pages_[begin / page].begin() + static_cast<std::ptrdiff_t>(begin % page));
    }
}

std::string Machine::memory(std::uint64_t phys, std::size_t size) const {
    std::string out(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        const auto at = pages_.find((phys + i) / page);
        if (at != pages_.end()) out[i] = at->second[(phys + i) % page];
    }
    return out;
}

}  // namespace fake_jailhouse

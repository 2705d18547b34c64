// SPDX-License-Identifier: Apache-2.0
// Random boards and requests, good and bad ones: what check() says of a layout is what a second
// look at the text of its config.c says, which knows nothing of how it was made.
#include <map>
#include <optional>
#include <random>
#include <set>
#include <sstream>

#include "plugins/bao/layout/check.hpp"
#include "plugins/bao/layout/products.hpp"
#include "unit/bao/layout_support.hpp"

namespace bao_test {
namespace {

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
    bool one_in(unsigned n) { return below(n) == 0; }

  private:
    std::mt19937_64 engine_;  // its sequence is fixed by the standard
};

struct Piece {
    std::uint64_t base, size;
    bool overlaps(const Piece& other) const {
        return base < other.base + other.size && other.base < base + size;
    }
};

// One struct vm_config, as its text says.
struct SeenVm {
    std::uint64_t affinity = 0, cpu_num = 0;
    std::vector<Piece> memory, seen;  // physical; as the VM sees it, with all else that it sees
    std::vector<std::vector<std::uint64_t>> device_interrupts;
    std::vector<Piece> pages;  // of devices
    std::vector<std::uint64_t> doorbells, remote_interrupts;
};

struct SeenConfig {
    std::vector<SeenVm> vms;
    std::vector<Piece> shared;
};

// The number behind a word of the line, if it is there.
std::optional<std::uint64_t> number(const std::string& line, const std::string& word) {
    const auto at = line.find(word + " = ");
    if (at == line.npos) return std::nullopt;
    return std::stoull(line.substr(at + word.size() + 3), nullptr, 0);
}

std::vector<std::uint64_t> numbers_in_braces(const std::string& line) {
    std::vector<std::uint64_t> out;
    const auto at = line.find("(irqid_t[]) {");
    if (at == line.npos) return out;
    std::stringstream in(line.substr(at + 13));
    std::uint64_t one = 0;
    for (char comma = ','; comma == ',' && in >> one; in >> comma) out.push_back(one);
    return out;
}

// Line by line, by what section it is in.
SeenConfig read_config(const std::string& text, std::uint64_t gicr_size) {
    SeenConfig out;
    std::stringstream in(text);
    std::string section;
    for (std::string line; std::getline(in, line);) {
        for (const char* name :
             {"shmem[]", "vm_mem_region[]", "struct ipc[]", "vm_dev_region[]", "remio_dev[]"}) {
            if (line.find(name) != line.npos) section = name;
        }
        if (line.find(".image = ") != line.npos) out.vms.emplace_back();
        if (line.find(".cpu_num") != line.npos) section.clear();
        if (out.vms.empty()) {
            if (const auto phys = number(line, ".phys")) {
                out.shared.push_back({*phys, *number(line, ".size")});
            }
            continue;
        }
        SeenVm& vm = out.vms.back();
        vm.affinity = number(line, ".cpu_affinity").value_or(vm.affinity);
        vm.cpu_num = number(line, ".cpu_num").value_or(vm.cpu_num);
        if (const auto gicd = number(line, ".gicd_addr")) {
            vm.seen.push_back({*gicd, 0x10000});
            vm.seen.push_back({*number(line, ".gicr_addr"), gicr_size});
            continue;
        }
        const auto base = number(line, ".base"), pa = number(line, ".pa");
        if (base) vm.seen.push_back({*base, *number(line, ".size")});
        if (section == "vm_mem_region[]" && base) {
            vm.memory.push_back({*number(line, ".phys"), *number(line, ".size")});
        }
        if (section == "remio_dev[]") {
            const auto va = number(line, ".va"), irq = number(line, ".interrupt");
            if (va) vm.seen.push_back({*va, *number(line, ".size")});
            if (irq) vm.remote_interrupts.push_back(*irq);
        }
        if (section == "vm_dev_region[]" && pa) {
            const std::uint64_t first = *pa & ~0xfffULL;
            const std::uint64_t end = (*pa + *number(line, ".size") + 0xfff) & ~0xfffULL;
            vm.pages.push_back({first, end - first});
            vm.seen.push_back(vm.pages.back());
        }
        const auto interrupts = numbers_in_braces(line);
        if (interrupts.empty()) continue;
        if (section == "struct ipc[]") {
            vm.doorbells.insert(vm.doorbells.end(), interrupts.begin(), interrupts.end());
        } else if (line.find("INVALID_VA") == line.npos) {  // which is the timer
            vm.device_interrupts.push_back(interrupts);
        }
    }
    return out;
}

bool any_overlap(const std::vector<Piece>& pieces) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (pieces[i].overlaps(pieces[j])) return true;
        }
    }
    return false;
}

bool cpus_are_wrong(const SeenConfig& config, unsigned cpus) {
    std::uint64_t taken = 0;
    for (const SeenVm& vm : config.vms) {
        const auto count = static_cast<std::uint64_t>(__builtin_popcountll(vm.affinity));
        if (count == 0 || count != vm.cpu_num || (vm.affinity & taken) != 0) return true;
        if (vm.affinity >> cpus != 0) return true;
        taken |= vm.affinity;
    }
    return false;
}

bool memory_is_wrong(const SeenConfig& config, const Hardware& hardware) {
    std::vector<Piece> all = config.shared;
    for (const SeenVm& vm : config.vms) all.insert(all.end(), vm.memory.begin(), vm.memory.end());
    for (const Piece& one : all) {
        bool inside = false;
        for (const Extent& region : hardware.regions) {
            inside = inside || (one.base >= region.first && one.base + one.size <= region.end);
        }
        if (!inside) return true;
    }
    all.push_back({hardware.hypervisor.first, hardware.hypervisor.size()});
    return any_overlap(all);
}

bool pages_are_wrong(const SeenConfig& config) {
    for (std::size_t i = 0; i < config.vms.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            for (const Piece& a : config.vms[i].pages) {
                for (const Piece& b : config.vms[j].pages) {
                    if (a.overlaps(b)) return true;
                }
            }
        }
    }
    return false;
}

bool addresses_are_wrong(const SeenConfig& config) {
    for (const SeenVm& vm : config.vms) {
        if (any_overlap(vm.seen)) return true;
    }
    return false;
}

bool interrupts_are_wrong(const SeenConfig& config, const Hardware& hardware) {
    std::set<std::uint64_t> taken = {hardware.gic.maintenance};
    for (const SeenVm& vm : config.vms) {
        std::set<std::uint64_t> its;
        for (const auto& device : vm.device_interrupts) {
            for (const std::uint64_t one : device) {
                if (one < 32 || one >= hardware.gic.lines || !taken.insert(one).second) return true;
                its.insert(one);
            }
        }
        for (const std::uint64_t one : vm.doorbells) {
            if (one < 32 || one >= hardware.gic.lines || !its.insert(one).second) return true;
        }
        for (const std::uint64_t one : vm.remote_interrupts) {
            if (one < 32 || one >= hardware.gic.lines || one > 255 || !its.insert(one).second) {
                return true;
            }
        }
    }
    return false;
}

// Something that a request may say, and that is wrong now and then.
std::string random_memory(Random& random, bool root) {
    const std::string size = std::to_string((1 + random.below(8)) << 21);
    std::string out = "{\"size\": " + size;
    if (random.one_in(3)) {
        out += ", \"physical\": " + std::to_string(0x40000000 + (random.below(256) << 21));
    }
    if (!root && random.one_in(4)) {
        out += ", \"ipa\": " + std::to_string(0x8000000 + (random.below(512) << 19));
    }
    return out + "}";
}

Scene random_scene(Random& random) {
    Scene out;
    const auto cpu = [&] { return "\"" + std::to_string(random.below(7)) + "\""; };
    out.request("/root/memory", random_memory(random, true)).request("/root/image/size", "4096");
    out.request("/guests/0/image/size", "4096").request("/guests/0/memory", "\"2M\"");
    for (const char* slot : {"/slots/0", "/slots/1"}) {
        const std::string at = slot;
        out.request(at + "/memory", random_memory(random, false));
        if (random.one_in(4)) out.request(at + "/cpus", cpu());
        if (random.one_in(3)) out.request(at + "/window", "\"1M\"");
        if (random.one_in(3)) out.request(at + "/doorbell", "true");
    }
    if (random.one_in(4)) out.request("/slots/1/devices", R"(["dma0"])");
    if (random.one_in(8)) out.request("/slots/1/devices", R"(["uart1"])");
    for (const char* device : {"0", "1", "2", "3"}) {
        const std::string at = std::string("/devices/") + device;
        if (random.one_in(6)) {
            out.board(at + "/irqs/0", std::to_string(24 + random.below(140)));
        }
        if (random.one_in(10)) {
            out.board(at + "/iomem/0/base", std::to_string(0x9000000 + (random.below(128) << 11)));
        }
    }
    if (random.one_in(4)) {
        out.request("/channels/0/irq", std::to_string(30 + random.below(140)));
    }
    if (random.one_in(3)) {
        std::string disk =
            R"([{"name": "disk", "backend": "root", "frontend": "s1", "memory": "1M")";
        if (random.one_in(4)) disk += ", \"irq\": " + std::to_string(30 + random.below(140));
        if (random.one_in(4))
            disk += ", \"registers\": " + std::to_string((0x9000 + random.below(256)) << 12);
        if (random.one_in(4))
            disk += ", \"physical\": " + std::to_string(0x40000000 + (random.below(256) << 21));
        out.request("/remote_io", disk + "}]");
    }
    return out;
}

// What check() complains of, of what the second look can see.
std::map<std::string, bool> complaints(const Layout& layout) {
    std::map<std::string, bool> out;
    Problems cpus, memory, addresses, interrupts, devices, remote;
    check_cpus(layout, cpus);
    check_memory(layout, memory);
    check_addresses(layout, addresses);
    check_interrupts(layout, interrupts);
    check_devices(layout, devices);
    check_remote_io(layout, remote);
    const auto mentions = [](Problems& problems, const std::vector<std::string>& any) {
        for (const Problem& one : problems.take()) {
            for (const std::string& part : any) {
                if (contains(one.what, part)) return true;
            }
        }
        return false;
    };
    out["cpus"] = mentions(cpus, {""});
    out["memory"] = mentions(memory, {"overlaps", "is not within one memory region"});
    out["addresses"] = mentions(addresses, {"overlaps"});
    out["interrupts"] = mentions(interrupts, {""}) || mentions(remote, {" has interrupt "});
    out["pages"] = mentions(devices, {" has a page of device"});
    return out;
}

TEST(LayoutProperties, TwoLooksSeeTheSame) {
    unsigned good = 0, refused = 0;
    std::map<std::string, unsigned> bad;
    for (unsigned seed = 0; seed < 800; ++seed) {
        Random random(seed);
        const Scene scene = random_scene(random);
        Layout layout;
        try {
            layout = scene.layout();
        } catch (const runphi::sdk::Error&) {
            ++refused;
            continue;
        }
        const SeenConfig config =
            read_config(config_source(layout), 0x20000 * layout.hardware.cpu_count);
        ASSERT_EQ(config.vms.size(), layout.vms.size());
        const std::map<std::string, bool> second = {
            {"cpus", cpus_are_wrong(config, layout.hardware.cpu_count)},
            {"memory", memory_is_wrong(config, layout.hardware)},
            {"addresses", addresses_are_wrong(config)},
            {"interrupts", interrupts_are_wrong(config, layout.hardware)},
            {"pages", pages_are_wrong(config)},
        };
        ASSERT_EQ(complaints(layout), second) << "seed " << seed << "\n" << config_source(layout);
        for (const auto& [what, wrong] : second) bad[what] += wrong ? 1 : 0;
        if (check(layout).empty()) {
            ++good;
            ASSERT_EQ(parse_table(write_table(table_of(layout)), "t"), table_of(layout));
        }
    }
    // All of them were tried.
    EXPECT_GT(good, 50U);
    EXPECT_LT(refused, 400U);
    for (const char* what : {"cpus", "memory", "addresses", "interrupts", "pages"}) {
        EXPECT_GT(bad[what], 10U) << what;
    }
}

}  // namespace
}  // namespace bao_test

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "../../common/files.hpp"
#include "../slots/amount.hpp"
#include "hardware.hpp"
#include "places.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;
using sdk::Json;

namespace {

constexpr std::size_t most_hardware_bytes = std::size_t{4} << 20;
constexpr std::uint64_t most_stream = 0x7fff;  // of an SMMUv2
constexpr unsigned most_gicv2_cpus = 8;
constexpr std::uint64_t frame = 0x10000;  // of a redistributor; it has two of them

// As it stands: whether it is whole pages is checked where a VM gets it.
Extent read_extent(const Json& value) {
    value.only({"name", "base", "size", "comment"});
    const std::uint64_t base = amount(value.at("base")), size = amount(value.at("size"));
    if (size == 0) throw Error(Code::invalid, value.path() + ".size: must be more than 0");
    if (base + (size - 1) < base || base + size == 0) {
        throw Error(Code::invalid, value.path() + ": " + common::hex(size) + " bytes at " +
                                       common::hex(base) + " end past 2^64");
    }
    return {base, base + size};
}

std::vector<std::uint32_t> read_interrupts(const Json& owner, std::string_view member) {
    std::vector<std::uint32_t> out;
    if (const auto list = owner.find(member)) {
        for (const Json& one : list->elements()) {
            out.push_back(static_cast<std::uint32_t>(one.u64(0, most_interrupt)));
        }
    }
    return out;
}

HwDevice read_device(const Json& value) {
    value.only({"name", "path", "iomem", "irqs", "comment"});
    HwDevice out;
    out.name = value.at("name").string();
    if (const auto iomem = value.find("iomem")) {
        for (const Json& one : iomem->elements()) out.registers.push_back(read_extent(one));
    }
    out.interrupts = read_interrupts(value, "irqs");
    return out;
}

void read_standard_part(const Json& root, Hardware& out) {
    out.name = root.at("name").string();
    out.cpus = cpu_list(root.at("cpus").at("ids"));
    for (const Json& pool : root.at("memory").at("pools").elements()) {
        out.pools.push_back({pool.at("name").string(), read_extent(pool)});
    }
    if (const auto devices = root.find("devices")) {
        for (const Json& one : devices->elements()) out.devices.push_back(read_device(one));
    }
    out.interrupts = read_interrupts(root, "irqs");
}

void read_more_of_device(const Json& value, HwDevice& out) {
    value.only({"compatible", "stream", "dma"});
    if (const auto list = value.find("compatible")) {
        for (const Json& one : list->elements()) out.compatible.push_back(one.string());
    }
    out.dma = value.boolean_or("dma", false);
    if (const auto stream = value.find("stream")) {
        out.stream = static_cast<std::uint32_t>(stream->u64(0, most_stream));
        out.dma = true;
    }
}

void read_more_of_devices(const Json& value, Hardware& out) {
    for (const auto& [name, more] : value.members()) {
        const auto at = std::find_if(out.devices.begin(), out.devices.end(),
                                     [&n = name](const HwDevice& one) { return one.name == n; });
        if (at == out.devices.end()) {
            throw Error(Code::invalid, more.path() + ": the board has no device \"" + name + "\"",
                        "name one of \"devices\"");
        }
        read_more_of_device(more, *at);
    }
}

Gic read_gic(const Json& value) {
    value.only(
        {"version", "distributor", "cpu_interface", "redistributors", "lines", "maintenance"});
    Gic out;
    out.version = static_cast<unsigned>(value.at("version").u64(2, 3));
    out.distributor = page_amount(value.at("distributor"));
    out.second = page_amount(value.at(out.version == 2 ? "cpu_interface" : "redistributors"));
    out.lines = static_cast<std::uint32_t>(value.at("lines").u64(32, most_interrupt + 1));
    out.maintenance = static_cast<std::uint32_t>(value.at("maintenance").u64(16, 31));
    return out;
}

Smmu read_smmu(const Json& value) {
    value.only({"base", "size", "interrupt"});
    Smmu out;
    const std::uint64_t base = page_amount(value.at("base"));
    out.registers = common::extent_of(base, page_amount(value.at("size")));
    out.interrupt = static_cast<std::uint32_t>(value.at("interrupt").u64(32, most_interrupt));
    return out;
}

Profile read_profile(const Json& value) {
    const std::string text = value.string();
    if (text == "mmu") return Profile::mmu;
    if (text == "mpu") return Profile::mpu;
    throw Error(Code::invalid, value.path() + ": \"" + text + "\" is neither mmu nor mpu",
                "mmu for Armv8-A, mpu for Armv8-R");
}

void read_bao_part(const Json& value, Hardware& out) {
    value.only({"platform", "version", "profile", "cpus", "regions", "hypervisor", "gic", "smmu",
                "reserved_irqs", "boot_medium", "reset", "devices"});
    out.platform = value.at("platform").string();
    out.version = value.at("version").string();
    if (const auto profile = value.find("profile")) out.profile = read_profile(*profile);
    out.cpu_count = static_cast<unsigned>(value.at("cpus").u64(1, most_cpus));
    for (const Json& one : value.at("regions").elements()) {
        out.regions.push_back(read_extent(one));
    }
    out.hypervisor = read_extent(value.at("hypervisor"));
    out.gic = read_gic(value.at("gic"));
    if (out.gic.version == 2 && out.cpu_count > most_gicv2_cpus) {
        throw Error(Code::invalid,
                    value.path() + ".cpus: " + std::to_string(out.cpu_count) +
                        ", and a GIC of version 2 is for " + std::to_string(most_gicv2_cpus) +
                        " at most",
                    "correct the number, or the GIC's version");
    }
    if (const auto smmu = value.find("smmu")) out.smmu = read_smmu(*smmu);
    out.reserved = read_interrupts(value, "reserved_irqs");
    out.boot_medium = value.string_or("boot_medium", "");
    out.reset = value.string_or("reset", "");
    if (const auto devices = value.find("devices")) read_more_of_devices(*devices, out);
}

}  // namespace

const HwDevice* Hardware::device(std::string_view of) const {
    const auto at = std::find_if(devices.begin(), devices.end(),
                                 [&](const HwDevice& one) { return one.name == of; });
    return at == devices.end() ? nullptr : &*at;
}

std::vector<Extent> places_of(const Gic& gic, unsigned cpu_count) {
    const auto second = gic.version == 2 ? std::uint64_t{0x2000} : 2 * frame * cpu_count;
    return {common::extent_of(gic.distributor, gic.version == 2 ? page : frame),
            common::extent_of(gic.second, second)};
}

Hardware parse_hardware(std::string_view text, const std::string& what) {
    const sdk::JsonDocument document(text, what);
    const Json root = document.root();
    const std::string format = root.at("format").string();
    if (format != "runphi.board/1") {
        throw Error(Code::invalid, what + ".format: \"" + format + "\" is not \"runphi.board/1\"");
    }
    root.only({"format", "name", "cpus", "memory", "devices", "irqs", "channels", "limits",
               "comment", "backends"});
    Hardware out;
    read_standard_part(root, out);
    const auto backends = root.find("backends");
    const auto bao = backends ? backends->find("bao") : std::nullopt;
    if (!bao) {
        throw Error(Code::invalid, what + ".backends.bao: missing",
                    "a layout needs what Bao's platform description says (docs/bao.md)");
    }
    read_bao_part(*bao, out);
    return out;
}

Hardware read_hardware(const std::string& path) {
    return parse_hardware(common::read_file(path, most_hardware_bytes), path);
}

}  // namespace runphi::bao

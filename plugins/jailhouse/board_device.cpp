// SPDX-License-Identifier: Apache-2.0
#include "board_device.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "driver/tree.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr unsigned most_colours = 64;  // bits of a region's mask

std::optional<std::uint64_t> number(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && !text.empty() ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> any_number(std::string_view text) {
    return text.substr(0, 2) == "0x" ? number(text.substr(2), 16) : number(text, 10);
}

// "0000:00:02.0"
std::optional<PciAddress> pci_address(std::string_view text) {
    const auto colon = text.find(':');
    const auto second = text.find(':', colon + 1), dot = text.rfind('.');
    if (colon == text.npos || second == text.npos || dot == text.npos || dot < second) return {};
    const auto domain = number(text.substr(0, colon), 16);
    const auto bus = number(text.substr(colon + 1, second - colon - 1), 16);
    const auto device = number(text.substr(second + 1, dot - second - 1), 16);
    const auto function = number(text.substr(dot + 1), 16);
    if (!domain || !bus || !device || !function) return {};
    if (*domain > 0xffff || *bus > 0xff || *device > 0x1f || *function > 7) return {};
    return PciAddress{static_cast<std::uint16_t>(*domain),
                      static_cast<std::uint16_t>(*bus << 8 | *device << 3 | *function)};
}

std::optional<Ports> ports(std::string_view text) {
    const auto plus = text.find('+');
    if (plus == text.npos) return {};
    const auto base = any_number(text.substr(0, plus)), length = any_number(text.substr(plus + 1));
    if (!base || !length || *length == 0 || *base > 0xffff || *length > 0x10000 - *base) return {};
    return Ports{{static_cast<std::uint16_t>(*base), static_cast<std::uint16_t>(*length)}};
}

std::optional<Colours> colours(const std::string& text) {
    const auto list = parse_list(text);
    if (!list || list->empty() || list->back() >= most_colours) return {};
    return Colours{*list};
}

// With what follows the prefix.
std::optional<std::string> after(const std::string& text, std::string_view prefix) {
    return text.rfind(prefix, 0) == 0 ? std::optional(text.substr(prefix.size())) : std::nullopt;
}

void require_apart(const std::vector<BoardDevice>& all) {
    std::map<unsigned, std::string> owners;
    for (const BoardDevice& device : all) {
        for (const unsigned colour : colours_of({device})) {
            const auto [at, fresh] = owners.emplace(colour, device.name);
            if (fresh) continue;
            throw Error(Code::invalid, "board: devices \"" + at->second + "\" and \"" +
                                           device.name + "\" both are cache colour " +
                                           std::to_string(colour));
        }
    }
}

std::vector<BoardDevice> devices_of(std::string_view board) {
    const sdk::JsonDocument document(board, "board");
    std::vector<BoardDevice> out;
    const auto list = document.root().find("devices");
    for (const sdk::Json& one : list ? list->elements() : std::vector<sdk::Json>()) {
        const std::string name = one.at("name").string();
        BoardDevice device{
            name,
            parse_device_path(one.string_or("path", {}), "board: device \"" + name + "\""),
            {}};
        const auto registers = one.find("iomem");
        for (const sdk::Json& part : registers ? registers->elements() : std::vector<sdk::Json>()) {
            device.registers.push_back({{}, part.at("base").u64(), part.at("size").u64()});
        }
        out.push_back(std::move(device));
    }
    require_apart(out);
    return out;
}

}  // namespace

DevicePath parse_device_path(const std::string& path, const std::string& where) {
    if (path.empty()) return {};
    if (path.front() == '/') return TreeNode{path};
    if (const auto pci = pci_address(path)) return *pci;
    if (const auto rest = after(path, "rpu:")) {
        const auto which = number(*rest, 10);
        if (which && *which < 64) return RemoteProcessor{static_cast<unsigned>(*which)};
    } else if (const auto list = after(path, "colors:")) {
        if (const auto found = colours(*list)) return *found;
    } else if (const auto range = after(path, "ports:")) {
        if (const auto found = ports(*range)) return *found;
    }
    throw Error(Code::invalid,
                where + ": the path \"" + path + "\" is none that the Jailhouse backend knows",
                "a device tree path, a PCI address such as 0000:00:02.0, rpu:0, colors:0-3 or "
                "ports:0x3f8+8");
}

std::vector<BoardDevice> granted_devices(std::string_view board, const sdk::Plan& plan) {
    if (plan.devices.empty()) return {};
    const std::vector<BoardDevice> all = devices_of(board);
    std::vector<BoardDevice> out;
    for (const std::string& name : plan.devices) {
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&](const BoardDevice& one) { return one.name == name; });
        if (found == all.end()) {
            throw Error(Code::invalid, "device \"" + name + "\" is not on the board");
        }
        out.push_back(*found);
    }
    return out;
}

Numbers colours_of(const std::vector<BoardDevice>& devices) {
    Numbers out;
    for (const BoardDevice& device : devices) {
        if (const auto* own = std::get_if<Colours>(&device.path)) {
            out.insert(out.end(), own->numbers.begin(), own->numbers.end());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

Numbers rpus_of(const std::vector<BoardDevice>& devices) {
    Numbers out;
    for (const BoardDevice& device : devices) {
        if (const auto* own = std::get_if<RemoteProcessor>(&device.path)) {
            out.push_back(own->number);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace runphi::jailhouse

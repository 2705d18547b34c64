// SPDX-License-Identifier: Apache-2.0
#include "arguments.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <runphi/sdk.hpp>

namespace runphi::xen::dom0less {

using sdk::Code;
using sdk::Error;

const char* const usage =
    "usage: runphi xen dom0less [OPTION...] --load-address ADDRESS -o DIR [ID=]BUNDLE...\n"
    "\n"
    "Writes into the new folder DIR what lets Xen (arm64) start these containers at boot, without "
    "a\n"
    "toolstack: their nodes of the device tree, the files that a boot loader puts into memory, "
    "and\n"
    "how (boot.source for U-Boot, qemu.args for QEMU). ID is the bundle's folder if not said.\n"
    "\n"
    "  -o, --output DIR         the folder; there must be none of the name\n"
    "  --load-address ADDRESS   where the files go in the machine's memory: whole 2 MiB\n"
    "  --load-size SIZE         how much room there is, as 64M\n"
    "  --dtb FILE               the board's device tree: board.dtb is this tree with the nodes, "
    "and\n"
    "                           the files are kept to its memory; else domains.dtbo is an overlay\n"
    "  --xen FILE               Xen itself, which boot.source then starts (with --dtb)\n"
    "  --xen-args TEXT          its parameters (with --dtb)\n"
    "  --load-command TEXT      what U-Boot loads a file with, before address and name\n"
    "  --static-memory          each domain has its memory where the board has it "
    "(xen,static-mem)\n"
    "  --direct-map             and sees it at the machine's own address\n";

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) {
    throw Error(Code::invalid, "runphi xen dom0less: " + what,
                hint.empty() ? "see runphi xen help" : hint);
}

// "0x4a000000", "1241513984", and with `units` "64M".
std::uint64_t number(const std::string& option, const std::string& text, bool units) {
    const bool hex = text.rfind("0x", 0) == 0 || text.rfind("0X", 0) == 0;
    const char* begin = text.data() + (hex ? 2 : 0);
    const char* end = text.data() + text.size();
    unsigned shift = 0;
    if (units && !hex && text.size() > 1) {
        const auto unit = std::string_view("KMG").find(text.back());
        if (unit != std::string_view::npos) {
            shift = static_cast<unsigned>(10 * (unit + 1));
            --end;
        }
    }
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(begin, end, value, hex ? 16 : 10);
    if (parsed.ec == std::errc() && parsed.ptr == end && begin != end &&
        value <= UINT64_MAX >> shift) {
        return value << shift;
    }
    refuse(option + " " + text + ": not " +
           (units ? "a size, as 64M" : "an address, as 0x4a000000"));
}

// What becomes a part of a line.
std::string line(const std::string& option, const std::string& text) {
    const bool fine = std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) >= ' ' && c != 0x7f;
    });
    if (fine && !text.empty()) return text;
    refuse(option + ": one line of text is wanted, and some");
}

Arguments::Container container(const std::string& word) {
    const auto equals = word.find('=');
    const bool named = equals != std::string::npos && word.find('/') > equals;
    Arguments::Container out{named ? word.substr(0, equals) : "",
                             named ? word.substr(equals + 1) : word};
    while (out.bundle.size() > 1 && out.bundle.back() == '/') out.bundle.pop_back();
    if (out.bundle.empty()) refuse("\"" + word + "\" names no bundle");
    if (!named) out.id = out.bundle.substr(out.bundle.rfind('/') + 1);
    if (out.id.empty() || out.id == "." || out.id == "..") {
        refuse("\"" + word + "\": the bundle's folder is no id for the container",
               "say ID=" + word);
    }
    return out;
}

void check(const Arguments& args, bool has_address) {
    if (args.containers.empty()) refuse("no bundle is named");
    if (args.folder.empty()) refuse("-o says which folder is to be written, and is missing");
    if (!has_address) {
        refuse("--load-address says where a boot loader can put the files, and is missing",
               "memory of the board that neither Xen, its device tree nor the boot loader is in");
    }
    constexpr std::uint64_t alignment = 2U << 20;
    if (args.load_address % alignment != 0) refuse("--load-address is not a multiple of 2 MiB");
    if (args.load_size && *args.load_size == 0) refuse("--load-size is 0");
    const bool tree = !args.board_tree.empty();
    if (!tree && !args.xen.empty()) refuse("--xen needs --dtb: Xen is started with that tree");
    if (!tree && args.xen_parameters) refuse("--xen-args needs --dtb: they are written there");
}

}  // namespace

Arguments parse(const std::vector<std::string>& words) {
    Arguments out;
    bool has_address = false;
    using Take = std::function<void(const std::string& option, const std::string& value)>;
    const Take folder = [&](auto&, auto& value) { out.folder = value; };
    const std::map<std::string, Take> options = {
        {"-o", folder},
        {"--output", folder},
        {"--dtb", [&](auto&, auto& value) { out.board_tree = value; }},
        {"--xen", [&](auto&, auto& value) { out.xen = value; }},
        {"--xen-args",
         [&](auto& option, auto& value) { out.xen_parameters = line(option, value); }},
        {"--load-address",
         [&](auto& option, auto& value) {
             out.load_address = number(option, value, false);
             has_address = true;
         }},
        {"--load-size",
         [&](auto& option, auto& value) { out.load_size = number(option, value, true); }},
        {"--load-command", [&](auto& option, auto& value) { out.load = line(option, value); }},
    };
    bool may_be_option = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string word = words[i];
        if (!may_be_option || word.empty() || word.front() != '-') {
            out.containers.push_back(container(word));
            continue;
        }
        if (word == "--") {
            may_be_option = false;
            continue;
        }
        if (word == "--static-memory" || word == "--direct-map") {
            out.static_memory = true;
            out.direct_map = out.direct_map || word == "--direct-map";
            continue;
        }
        std::optional<std::string> value;
        if (const auto equals = word.find('='); equals != std::string::npos) {
            value = word.substr(equals + 1);
            word.resize(equals);
        }
        const auto option = options.find(word);
        if (option == options.end()) refuse("unknown option " + word);
        if (!value) {
            if (++i == words.size()) refuse(word + " needs a value");
            value = words[i];
        }
        if (value->empty()) refuse(word + " needs a value");
        option->second(word, *value);
    }
    check(out, has_address);
    return out;
}

}  // namespace runphi::xen::dom0less

// SPDX-License-Identifier: Apache-2.0
#include "tool.hpp"

#include <algorithm>
#include <cstdio>
#include <runphi/sdk.hpp>

#include "../../common/files.hpp"
#include "../backend.hpp"
#include "../layout/output.hpp"

namespace runphi::bao {

using sdk::Code;
using sdk::Error;

namespace {

constexpr const char* usage =
    "usage: runphi bao layout --board FILE --slots FILE -o DIR [--stub FILE]\n"
    "       runphi bao check --board FILE --slots FILE\n"
    "\n"
    "layout writes into DIR what a machine is laid out by: Bao's config.c, the root VM's device\n"
    "tree nodes, each slot's stub and device tree, the slot table slots.json, and a README.md of\n"
    "how to build and place them. check tells what would be wrong, and writes nothing. Exit\n"
    "status 1: something is, and nothing was written.\n"
    "\n"
    "  --board FILE   the machine: a board file with what Bao's platform description says\n"
    "  --slots FILE   what is asked for: the root VM, slots, guests, channels (--request is the\n"
    "                 same)\n"
    "  --stub FILE    the slot stub's image, else that of this installation\n"
    "  -o DIR         a folder that is not there yet\n"
    "\n"
    "docs/bao.md describes both files.\n";

constexpr const char* installed_stub = "/usr/share/runPHI/slot/aarch64/slot-stub.bin";
constexpr std::size_t most_stub = std::size_t{1} << 20;

struct Arguments {
    std::string board, slots, folder, stub = installed_stub;
};

// What a file may hold, for a terminal: without bytes that would do something there.
std::string visible(std::string text) {
    for (char& c : text) c = c >= ' ' && c < 0x7f ? c : '?';
    return text;
}

void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
        throw sdk::os_error("standard output");
    }
}

void require(const std::string& value, const std::string& command, const char* option) {
    if (!value.empty()) return;
    throw Error(Code::invalid, "runphi bao " + command + ": " + option + " is missing",
                "see runphi bao help");
}

// The words after the command.
Arguments parse(const std::vector<std::string>& words, const std::string& command) {
    Arguments out;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        std::string* value = nullptr;
        if (word == "--board") value = &out.board;
        if (word == "--slots" || word == "--request") value = &out.slots;
        if (command == "layout" && word == "--stub") value = &out.stub;
        if (command == "layout" && (word == "-o" || word == "--output")) value = &out.folder;
        if (value == nullptr || i + 1 == words.size()) {
            throw Error(Code::invalid,
                        "runphi bao " + command +
                            ": unknown option, or one without its value: " + visible(word),
                        "see runphi bao help");
        }
        *value = words[++i];
    }
    require(out.board, command, "--board");
    require(out.slots, command, "--slots");
    if (command == "layout") require(out.folder, command, "-o");
    return out;
}

std::string count_text(std::size_t count, const char* thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

// What it prints is for people; whoever calls this looks whether there were problems.
std::size_t report(const Layout& layout) {
    const std::vector<Problem> problems = check(layout);
    for (const Problem& one : problems) {
        print("error: " + visible(one.what) + "; " + visible(one.todo) + "\n");
    }
    const auto count = [&](VmKind kind) {
        return static_cast<std::size_t>(
            std::count_if(layout.vms.begin(), layout.vms.end(),
                          [&](const LaidVm& one) { return one.kind == kind; }));
    };
    print("layout \"" + layout.name + "\" of board \"" + visible(layout.hardware.name) + "\", " +
          count_text(count(VmKind::slot), "slot") + ", " +
          count_text(count(VmKind::guest), "guest") + ": " + count_text(problems.size(), "error") +
          "\n");
    return problems.size();
}

std::string read_stub(const Layout& layout, const std::string& path) {
    const bool wanted = std::any_of(layout.vms.begin(), layout.vms.end(),
                                    [](const LaidVm& one) { return one.image.builtin; });
    return wanted ? common::read_file(path, most_stub) : std::string();
}

int lay_out(const Arguments& args, bool write) {
    const Layout layout = place(read_hardware(args.board), read_request(args.slots));
    if (report(layout) != 0) return 1;
    if (write)
        write_folder(args.folder, products_of(layout, read_stub(layout, args.stub), args.stub));
    return 0;
}

}  // namespace

int run_tool(const std::vector<std::string>& args) {
    const std::string command = args.empty() ? "help" : args.front();
    if (command == "layout" || command == "check") {
        return lay_out(parse(args, command), command == "layout");
    }
    if (command == "help" || command == "--help" || command == "-h") {
        print(usage);
        return 0;
    }
    throw Error(Code::invalid, "runphi bao: no command " + visible(command),
                "layout, check or help");
}

int BaoBackend::tool(const sdk::Host&, const std::vector<std::string>& args) {
    return run_tool(args);
}

}  // namespace runphi::bao

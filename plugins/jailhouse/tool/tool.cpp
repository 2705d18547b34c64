// SPDX-License-Identifier: Apache-2.0
#include "tool.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <runphi/sdk.hpp>

#include "../backend.hpp"
#include "../check/check.hpp"
#include "../format/c_source.hpp"
#include "../format/config_file.hpp"
#include "show.hpp"
#include "table.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

constexpr const char* usage =
    "usage: runphi jailhouse show [--layout LAYOUT] [--arch ARCH] [--c] FILE...\n"
    "       runphi jailhouse check [--layout LAYOUT] [--arch ARCH] SYSTEM [CELL...]\n"
    "\n"
    "show prints cell and system configurations as tables, or with --c as C source.\n"
    "check looks for what Jailhouse does not check, and for what it would refuse: the cells as if\n"
    "all of them lived at the same time on this system. Exit status 1: something is wrong.\n"
    "\n"
    "A file's layout is recognized by its length, its architecture is named in it or recognized;\n"
    "the options are for those where that fails.\n"
    "  LAYOUT   v0.12, revision-13, coloured, master, omnivisor-1 or omnivisor\n"
    "  ARCH     x86, arm or arm64\n";

struct Arguments {
    Expected expected;
    bool as_c = false;
    std::vector<std::string> files;
};

Layout parse_layout(const std::string& name) {
    if (const auto layout = layout_of(name)) return *layout;
    throw Error(Code::invalid, "--layout " + name + ": no such layout",
                "one of v0.12, revision-13, coloured, master, omnivisor-1, omnivisor");
}

Arch parse_arch(const std::string& name) {
    if (name == "x86") return Arch::x86;
    if (name == "arm") return Arch::arm;
    if (name == "arm64") return Arch::arm64;
    throw Error(Code::invalid, "--arch " + name + ": no such architecture",
                "one of x86, arm, arm64");
}

// The words after the command. "--" ends the options.
Arguments parse(const std::vector<std::string>& words, const std::string& command) {
    Arguments out;
    bool options = true;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (!options || word.empty() || word[0] != '-' || word == "-") {
            out.files.push_back(word);
        } else if (word == "--") {
            options = false;
        } else if (word == "--c" && command == "show") {
            out.as_c = true;
        } else if ((word == "--layout" || word == "--arch") && i + 1 < words.size()) {
            const std::string& value = words[++i];
            if (word == "--layout") out.expected.layout = parse_layout(value);
            if (word == "--arch") out.expected.arch = parse_arch(value);
        } else {
            throw Error(Code::invalid,
                        "runphi jailhouse " + command +
                            ": unknown option, or one "
                            "without its value: " +
                            visible(word),
                        "see runphi jailhouse help");
        }
    }
    if (out.files.empty()) {
        throw Error(Code::invalid, "runphi jailhouse " + command + ": no file is named",
                    "see runphi jailhouse help");
    }
    return out;
}

void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
        throw sdk::os_error("standard output");
    }
}

int show_files(const Arguments& args) {
    bool first = true;
    for (const std::string& path : args.files) {
        const ConfigFile file = read_config(path, args.expected);
        const std::string text = std::visit(
            [&](const auto& model) {
                return args.as_c ? c_source(model, file.layout)
                                 : show(model, file.layout, file.size);
            },
            file.model);
        print((first ? "" : "\n") + text);
        first = false;
    }
    return 0;
}

// The system's own is the layout that its driver takes.
std::vector<Cell> read_cells(const Arguments& args, Layout layout, Arch arch) {
    std::vector<Cell> out;
    for (std::size_t i = 1; i < args.files.size(); ++i) {
        const ConfigFile file =
            read_config(args.files[i], {layout, args.expected.arch.value_or(arch)});
        if (!std::holds_alternative<Cell>(file.model)) {
            throw Error(Code::invalid,
                        args.files[i] + ": a system configuration, expected a cell's",
                        "the system comes first, and once");
        }
        out.push_back(std::get<Cell>(file.model));
    }
    return out;
}

std::string count_text(std::size_t count, const char* thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

int check_files(const Arguments& args) {
    const ConfigFile file = read_config(args.files.front(), args.expected);
    if (!std::holds_alternative<System>(file.model)) {
        throw Error(Code::invalid,
                    args.files.front() + ": a cell's configuration, expected the system's",
                    "runphi jailhouse check SYSTEM CELL...");
    }
    const System& system = std::get<System>(file.model);
    const std::vector<Cell> cells = read_cells(args, file.layout, system.arch);
    const std::vector<Finding> findings = check(system, cells, file.layout);
    std::size_t errors = 0;
    for (const Finding& one : findings) {
        const bool error = one.severity == Severity::error;
        errors += error ? 1 : 0;
        print(std::string(error ? "error: " : "warning: ") + one.where + ": " + one.what + "\n");
    }
    print("system \"" + visible(system.root_cell.name) + "\", " + count_text(cells.size(), "cell") +
          ": " + count_text(errors, "error") + ", " +
          count_text(findings.size() - errors, "warning") + "\n");
    return errors == 0 ? 0 : 1;
}

}  // namespace

int run_tool(const std::vector<std::string>& args) {
    const std::string command = args.empty() ? "help" : args.front();
    if (command == "show") return show_files(parse(args, command));
    if (command == "check") return check_files(parse(args, command));
    if (command == "help" || command == "--help" || command == "-h") {
        print(usage);
        return 0;
    }
    throw Error(Code::invalid, "runphi jailhouse: no command " + visible(command),
                "show, check or help");
}

int JailhouseBackend::tool(const sdk::Host&, const std::vector<std::string>& args) {
    return run_tool(args);
}

}  // namespace runphi::jailhouse

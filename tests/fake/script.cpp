// SPDX-License-Identifier: Apache-2.0
#include "fake/script.hpp"

#include <unistd.h>

#include <charconv>
#include <runphi/sdk/error.hpp>

namespace fake {

using runphi::sdk::Code;
using runphi::sdk::Error;

namespace {

enum class Argument { none, text, number };

struct Form {
    std::string_view name;
    Op op;
    Argument argument;
    std::uint64_t highest;
};

constexpr Form forms[] = {
    {"print", Op::print, Argument::text, 0},
    {"echo", Op::echo, Argument::none, 0},
    {"exit", Op::exit, Argument::number, 255},
    {"poweroff", Op::poweroff, Argument::none, 0},
    {"crash", Op::crash, Argument::none, 0},
    {"spin", Op::spin, Argument::none, 0},
    {"deaf", Op::deaf, Argument::none, 0},
    {"hello", Op::hello, Argument::none, 0},
    {"wait-signal", Op::wait_signal, Argument::none, 0},
    {"wait-resize", Op::wait_resize, Argument::none, 0},
    {"flood", Op::flood, Argument::number, 1U << 20},
    {"read", Op::read, Argument::text, 0},
    {"write", Op::write, Argument::text, 0},
    {"lie", Op::lie, Argument::none, 0},
    {"babble", Op::babble, Argument::text, 0},
    {"version", Op::version, Argument::number, 255},
    {"betray", Op::betray, Argument::text, 0},
};

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 40)) out += (c >= ' ' && c <= '~') ? c : '?';
    return "\"" + out + "\"";
}

Instruction parse_line(std::string_view line, const std::string& where) {
    const auto space = line.find(' ');
    const auto name = line.substr(0, space);
    const auto rest = space == std::string_view::npos ? "" : line.substr(space + 1);
    for (const Form& form : forms) {
        if (form.name != name) continue;
        Instruction instruction{form.op, {}, 0};
        if (form.argument == Argument::text) instruction.text = rest;
        if (form.argument == Argument::none && !rest.empty()) {
            throw Error(Code::invalid, where + ": " + std::string(name) + " takes nothing, found " +
                                           printable(rest));
        }
        if (form.argument == Argument::number) {
            const char* end = rest.data() + rest.size();
            const auto parsed = std::from_chars(rest.data(), end, instruction.number);
            if (parsed.ec != std::errc() || parsed.ptr != end ||
                instruction.number > form.highest) {
                throw Error(Code::invalid, where + ": " + std::string(name) + " takes 0 to " +
                                               std::to_string(form.highest) + ", found " +
                                               printable(rest));
            }
        }
        return instruction;
    }
    throw Error(Code::invalid, where + ": unknown instruction " + printable(name),
                "the fake hypervisor runs scripts only");
}

}  // namespace

std::string read_script(int fd, const std::string& what) {
    std::string text;
    std::size_t length = 0;
    while (length <= script_max) {
        text.resize(length + 4096);
        const ssize_t got = ::pread(fd, text.data() + length, 4096, static_cast<off_t>(length));
        if (got < 0) throw runphi::sdk::os_error("read " + what);
        if (got == 0) break;
        length += static_cast<std::size_t>(got);
    }
    if (length > script_max) {
        throw Error(Code::invalid, what + ": larger than " + std::to_string(script_max) + " bytes");
    }
    text.resize(length);
    return text;
}

std::vector<Instruction> parse_script(std::string_view text, const std::string& what) {
    std::vector<Instruction> script;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text = end == std::string_view::npos ? "" : text.substr(end + 1);
        if (line.empty() || line[0] == '#') continue;
        script.push_back(parse_line(line, what + ": line " + std::to_string(number)));
    }
    return script;
}

}  // namespace fake

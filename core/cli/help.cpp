// SPDX-License-Identifier: Apache-2.0
#include "core/cli/help.hpp"

#include <algorithm>
#include <string_view>

#include "core/base/text.hpp"

namespace phi::cli {
namespace {

std::string indented(std::string_view lines) {
    std::string out;
    for (const auto line : split(lines, '\n')) out += text("   ", line, '\n');
    return out;
}

std::string summaries(bool of_runc) {
    std::string out;
    for (const auto& command : line::all_commands()) {
        if (command.of_runc != of_runc) continue;
        const std::string_view name = command.name;
        out += text("   ", name, std::string(12 - std::min<std::size_t>(name.size(), 11), ' '),
                    command.summary, '\n');
    }
    return out;
}

}  // namespace

std::string program_help(const line::GlobalLine& line) {
    return text(
        "NAME:\n"
        "   runphi - OCI runtime that runs containers as partitions of the hardware\n\n"
        "USAGE:\n"
        "   runphi [global options] COMMAND [options] [arguments...]\n\n"
        "   A container that asks for a partition (a vm section, an org.runphi.* annotation, boot\n"
        "   files in its image) becomes one. Every other container is handed to the vanilla "
        "runc.\n\n"
        "COMMANDS:\n",
        summaries(true),
        "   help, h     show this page, or that of one command\n\n"
        "COMMANDS FOR PARTITIONS:\n",
        summaries(false),
        "   BACKEND     hand the arguments to the tool of a backend (see \"runphi detect\")\n\n"
        "GLOBAL OPTIONS:\n",
        line.describe());
}

std::string command_help(const line::Command& command, const line::Flags& flags) {
    const std::string_view synopsis = command.synopsis;
    const std::string_view description = command.description;
    std::string page =
        text("NAME:\n   runphi ", command.name, " - ", command.summary, "\n\nUSAGE:\n   runphi ",
             command.name, synopsis.empty() ? "" : " ", synopsis, "\n\n");
    if (!description.empty()) page += text("DESCRIPTION:\n", indented(description), '\n');
    return text(page, "OPTIONS:\n", flags.describe());
}

}  // namespace phi::cli

// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "backend.hpp"
#include "dom0less/arguments.hpp"
#include "dom0less/make.hpp"

namespace runphi::xen {

namespace {

void print(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
        throw sdk::os_error("standard output");
    }
}

}  // namespace

int XenBackend::tool(const sdk::Host& host, const std::vector<std::string>& args) {
    const std::string command = args.empty() ? "help" : args.front();
    const bool asks_for_help = args.size() == 2 && (args[1] == "--help" || args[1] == "-h");
    if (command == "dom0less" && !asks_for_help) {
        print(dom0less::make(host, {args.begin() + 1, args.end()}));
        return 0;
    }
    if (command == "dom0less" || command == "help" || command == "--help" || command == "-h") {
        print(dom0less::usage);
        return 0;
    }
    throw sdk::Error(sdk::Code::invalid, "runphi xen: no command \"" + command + "\"",
                     "dom0less or help");
}

}  // namespace runphi::xen

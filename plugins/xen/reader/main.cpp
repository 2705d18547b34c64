// SPDX-License-Identifier: Apache-2.0
// runphi-xen-reader-VERSION: tells what the Xen of that version has, for the Xen plugin, which runs
// it (request.hpp). It changes nothing, and knows no libxl, whose loading would take longer than
// all that it does: it is run at each create, and by libxl itself for each network card and disk.
#include <cstdio>
#include <cstdlib>

#include "../answer.hpp"
#include "../hypervisor/machine.hpp"
#include "../presence/toolstack.hpp"
#include "../request.hpp"

namespace runphi::xen {
namespace {

// Whoever waits for the answer has a limit of its own.
constexpr auto patience = std::chrono::seconds(10);

bool is_hotplug(std::string_view mode) {
    for (const auto one : {mode::online, mode::offline, mode::add, mode::remove}) {
        if (mode == one) return true;
    }
    return false;
}

int run(const std::vector<std::string>& arguments) {
    if (!arguments.empty() && is_hotplug(arguments[0])) return EXIT_SUCCESS;
    if (arguments.size() != 1 || (arguments[0] != mode::inventory && arguments[0] != mode::list)) {
        std::fputs("runphi-xen-reader: run by runPHI's Xen backend, and by nobody else\n", stderr);
        return EXIT_FAILURE;
    }
    answer_once([&] {
        const Hypervisor hypervisor;
        XenStore store = require_xenstore(Settings(), patience);
        if (arguments[0] == mode::list) return list_answer(hypervisor, store);
        return write_facts(read_machine(hypervisor, store));
    });
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace runphi::xen

int main(int argc, char** argv) {
    return runphi::xen::run_program("runphi-xen-reader", argc, argv, &runphi::xen::run);
}

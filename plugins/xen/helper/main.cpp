// SPDX-License-Identifier: Apache-2.0
// runphi-xen-VERSION: the one program of runPHI that calls libxl, of the version of Xen in its
// name. The Xen plugin runs it; see request.hpp.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "../files.hpp"
#include "../request.hpp"
#include "answers.hpp"
#include "pools.hpp"
#include "server.hpp"

namespace runphi::xen {
namespace {

constexpr std::size_t largest_domain = 1U << 20;

void serve() {
    const auto description = read_if_there("/proc/self/fd/0", largest_domain);
    if (!description) throw sdk::os_error("read the domain's description");
    Server().run(read_domain(*description));
}

std::string once(const std::vector<std::string>& arguments) {
    Xl xl;
    const std::string& mode = arguments[0];
    if (mode == mode::inventory) return write_facts(read_machine(xl));
    if (mode == mode::list) return list_answer(xl);
    if (const auto domid = find_domain(xl, arguments[1], arguments[2])) destroy_domain(xl, *domid);
    return plain_answer();
}

bool is_known(const std::vector<std::string>& arguments) {
    if (arguments.empty()) return false;
    const std::string& mode = arguments[0];
    return (mode == mode::serve && arguments.size() == 2) ||
           (mode == mode::destroy && arguments.size() == 3) ||
           ((mode == mode::inventory || mode == mode::list) && arguments.size() == 1);
}

bool is_hotplug(const std::vector<std::string>& arguments) {
    if (arguments.empty()) return false;
    for (const auto mode : {mode::online, mode::offline, mode::add, mode::remove}) {
        if (arguments[0] == mode) return true;
    }
    return false;
}

int run(const std::vector<std::string>& arguments) {
    if (is_hotplug(arguments)) return EXIT_SUCCESS;
    if (!is_known(arguments)) {
        std::fputs("runphi-xen: run by runPHI's Xen backend, and by nobody else\n", stderr);
        return EXIT_FAILURE;
    }
    if (arguments[0] == mode::serve) {
        serve();
        return EXIT_SUCCESS;
    }
    std::string answer;
    try {
        answer = once(arguments);
    } catch (const sdk::Error& error) {
        answer = failure_answer(error);
    }
    write_all(1, answer + "\n", "the answer");
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace runphi::xen

int main(int argc, char** argv) {
    try {
        return runphi::xen::run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "runphi-xen: %s\n", error.what());
        return EXIT_FAILURE;
    }
}

// SPDX-License-Identifier: Apache-2.0
// runphi-xen-VERSION: the one program of runPHI that calls libxl, of the version of Xen in its
// name. The Xen plugin runs it; see request.hpp.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "../answer.hpp"
#include "../files.hpp"
#include "../request.hpp"
#include "answers.hpp"
#include "server.hpp"

namespace runphi::xen {
namespace {

constexpr std::size_t largest_domain = 1U << 20;

void serve() {
    const auto description = read_if_there("/proc/self/fd/0", largest_domain);
    if (!description) throw sdk::os_error("read the domain's description");
    Server().run(read_domain(*description));
}

void destroy(const std::string& name, const std::string& uuid) {
    answer_once([&] {
        Xl xl;
        const Hypervisor hypervisor;
        const auto domid = find_domain(xl, hypervisor, name, uuid);
        if (domid) destroy_domain(xl, hypervisor, *domid);
        return plain_answer();
    });
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() == 2 && arguments[0] == mode::serve) {
        serve();
    } else if (arguments.size() == 3 && arguments[0] == mode::destroy) {
        destroy(arguments[1], arguments[2]);
    } else {
        std::fputs("runphi-xen: run by runPHI's Xen backend, and by nobody else\n", stderr);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace runphi::xen

int main(int argc, char** argv) {
    return runphi::xen::run_program("runphi-xen", argc, argv, &runphi::xen::run);
}

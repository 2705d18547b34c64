// SPDX-License-Identifier: Apache-2.0
// runphi-configure: puts runPHI where a node's container engines find it, and takes it away again.
#include <CLI/CLI.hpp>
#include <iostream>

#include "commands.hpp"
#include "core/base/error.hpp"

namespace {

using phi::configure::Action;
using phi::configure::Options;

int run(const Options& options) {
    switch (options.action) {
        case Action::check:
            return phi::configure::check(options);
        case Action::restore:
            return phi::configure::restore(options);
        case Action::install:
            break;
    }
    return phi::configure::install(options);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Installs runPHI as the runtime of this machine's container engines.",
                 "runphi-configure");
    Options options;
    bool detected = false, check = false, restore = false;
    auto* const what = app.add_option_group("what to do");
    what->add_flag("-a,--auto", detected, "install; the hypervisor is detected");
    what->add_option("-c,--choose", options.backend,
                     "install for this backend: jailhouse, xen, bao, qemu, or another that is "
                     "installed; none (or docker): every container goes on to runc");
    what->add_flag("--check", check, "say what is installed, what is wrong, and what mends it");
    what->add_flag("-r,--restore", restore, "put back what was there before");
    what->require_option(1);
    app.add_flag("--handler", options.handler,
                 "beside runc, as the engines' runtime \"runphi\", instead of in its place");
    app.add_flag("-n,--dry-run", options.dry_run, "print the steps, and take none");
    app.add_option("--root", options.root, "work on this tree instead of /");
    app.add_option("--kernel", options.kernel,
                   "the guests' kernel: bzImage, vmlinux or Image; otherwise the newest in /boot");
    app.add_option("--modules", options.modules, "its folder lib/modules/RELEASE")
        ->needs("--kernel");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (check) options.action = Action::check;
    if (restore) options.action = Action::restore;
    try {
        return run(options);
    } catch (const phi::Error& error) {
        std::cerr << "runphi-configure: " << error.message() << '\n';
        if (!error.hint().empty()) std::cerr << error.hint() << '\n';
    } catch (const std::exception& error) {
        std::cerr << "runphi-configure: " << error.what() << '\n';
    }
    return 1;
}

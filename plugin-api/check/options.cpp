// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <getopt.h>
#include <limits.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

namespace check {

namespace {

constexpr const char* help =
    "usage: runphi-plugin-check [OPTIONS] PLUGIN.so\n"
    "\n"
    "Runs a runPHI backend through the plugin contract and reports one line a check.\n"
    "The exit status is 0 if nothing failed, 1 if something did, 2 for a wrong command line.\n"
    "Needs root, and the hypervisor for the checks after \"detection\".\n"
    "\n"
    "  --inmate FILE      bare-metal guest for the life cycle; one that runs until it is\n"
    "                     stopped shows most\n"
    "  --kernel FILE      a Linux kernel in its place, with\n"
    "  --initrd FILE      its initial file system, and\n"
    "  --cmdline TEXT     its command line\n"
    "  --arch ARCH        architecture of the guest (default: this machine's)\n"
    "  --memory BYTES     memory of the guest (default: 64 MiB)\n"
    "  --settings JSON    the node's settings for the backend, or @FILE\n"
    "  --guest-dir DIR    the node's guest folder\n"
    "  --board FILE       a board in place of the plugin's inventory\n"
    "  --timeout SECONDS  limit of one call (default: 60)\n"
    "  --verbose          what the plugin logs, on standard error\n"
    "  --help\n";

enum Key {
    k_inmate = 1,
    k_kernel,
    k_initrd,
    k_cmdline,
    k_arch,
    k_memory,
    k_settings,
    k_guest_dir,
    k_board,
    k_timeout,
    k_verbose,
    k_help
};

const option names[] = {{"inmate", required_argument, nullptr, k_inmate},
                        {"kernel", required_argument, nullptr, k_kernel},
                        {"initrd", required_argument, nullptr, k_initrd},
                        {"cmdline", required_argument, nullptr, k_cmdline},
                        {"arch", required_argument, nullptr, k_arch},
                        {"memory", required_argument, nullptr, k_memory},
                        {"settings", required_argument, nullptr, k_settings},
                        {"guest-dir", required_argument, nullptr, k_guest_dir},
                        {"board", required_argument, nullptr, k_board},
                        {"timeout", required_argument, nullptr, k_timeout},
                        {"verbose", no_argument, nullptr, k_verbose},
                        {"help", no_argument, nullptr, k_help},
                        {nullptr, 0, nullptr, 0}};

int wrong(const std::string& what) {
    std::fprintf(stderr, "runphi-plugin-check: %s\n", what.c_str());
    return 2;
}

std::uint64_t number(const char* text) {
    char* end = nullptr;
    const std::uint64_t value = std::strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' ? value : 0;
}

std::string settings_of(const std::string& argument) {
    if (argument.empty() || argument[0] != '@') return argument;
    std::ifstream file(argument.substr(1));
    return {std::istreambuf_iterator<char>(file), {}};
}

void set(Options& options, int key, const char* value) {
    switch (key) {
        case k_inmate:
            options.inmate = value;
            break;
        case k_kernel:
            options.kernel = value;
            break;
        case k_initrd:
            options.initrd = value;
            break;
        case k_cmdline:
            options.cmdline = value;
            break;
        case k_arch:
            options.arch = value;
            break;
        case k_memory:
            options.memory = number(value);
            break;
        case k_settings:
            options.settings = settings_of(value);
            break;
        case k_guest_dir:
            options.guest_dir = value;
            break;
        case k_board:
            options.board = value;
            break;
        case k_timeout:
            options.timeout_s = static_cast<unsigned>(number(value));
            break;
        case k_verbose:
            options.verbose = true;
            break;
        default:
            break;
    }
}

}  // namespace

std::optional<int> parse_options(int argc, char** argv, Options& options) {
    utsname machine{};
    ::uname(&machine);
    options.arch = machine.machine;
    for (int key = 0; (key = ::getopt_long(argc, argv, "", names, nullptr)) != -1;) {
        if (key == '?') return 2;
        if (key == k_help) {
            std::fputs(help, stdout);
            return 0;
        }
        set(options, key, optarg);
    }
    if (optind + 1 != argc) return wrong("name one plugin; --help tells more");
    if (!options.inmate.empty() && !options.kernel.empty())
        return wrong("one of --inmate, --kernel");
    if (options.memory == 0 || options.timeout_s == 0) return wrong("--memory or --timeout is 0");
    for (const std::string* file :
         {&options.inmate, &options.kernel, &options.initrd, &options.board}) {
        if (!file->empty() && ::access(file->c_str(), R_OK) != 0) {
            return wrong(*file + ": " + ::strerror(errno));
        }
    }
    char resolved[PATH_MAX];
    if (::realpath(argv[optind], resolved) == nullptr) {
        return wrong(std::string(argv[optind]) + " does not exist");
    }
    options.plugin = resolved;
    return std::nullopt;
}

}  // namespace check

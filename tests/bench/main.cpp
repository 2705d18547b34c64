// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string_view>

#include "core/base/text.hpp"
#include "machine.hpp"
#include "scenes.hpp"

// runphi-bench: how fast runphi is, beside the programs that it is measured by. docs/benchmark.md.
namespace {

using namespace phi;

constexpr const char* usage =
    "usage: runphi-bench [--quick] [--guest-dir DIR] [--jailhouse DIR] [--only SCENE]\n"
    "  --quick          a fifth of the rounds, 100 containers instead of 500\n"
    "  --guest-dir DIR  holds x86_64/kernel and x86_64/phi-init (guest/prepare); without it no\n"
    "                   Linux guest is started and nothing is packed\n"
    "  --jailhouse DIR  a source tree of Jailhouse; without it no cell configuration is compiled\n"
    "  --only SCENE     version, state, lifecycle, forwarding, linux, packing, cell-config or\n"
    "                   many\n"
    "Exit status: 0 all requirements kept, 1 one is missed, 2 it could not be measured.\n";

bool is_scene(std::string_view name) {
    for (const char* one : {"version", "state", "lifecycle", "forwarding", "linux", "packing",
                            "cell-config", "many"}) {
        if (name == one) return true;
    }
    return false;
}

bool parse(int argc, char** argv, bench::Options& options) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const bool has_value = i + 1 < argc;
        if (word == "--quick") {
            options.quick = true;
        } else if (word == "--guest-dir" && has_value) {
            options.guest_dir = std::filesystem::canonical(argv[++i]);
        } else if (word == "--jailhouse" && has_value) {
            options.jailhouse_dir = std::filesystem::canonical(argv[++i]);
        } else if (word == "--only" && has_value && is_scene(argv[i + 1])) {
            options.only = argv[++i];
        } else {
            return false;
        }
    }
    return true;
}

unsigned measure(const bench::Options& options) {
    const auto wanted = [&](const char* scene) {
        return options.only.empty() || options.only == scene;
    };
    const test::Sandbox node("fake");
    bench::settle_in(node.dir());
    const std::string before = bench::machine_description();
    bench::Table table;
    if (wanted("version")) bench::measure_version(node, options, table);
    if (wanted("state")) bench::measure_state(node, options, table);
    if (wanted("lifecycle")) bench::measure_lifecycle(node, options, table);
    if (wanted("forwarding")) bench::measure_forwarding(options, table);
    if (wanted("packing") && !options.guest_dir.empty()) {
        bench::measure_packing(node, options, table);
    }
    if (wanted("cell-config")) bench::measure_cell_config(node, options, table);
    if (wanted("linux")) bench::measure_linux(options, table);
    if (wanted("many")) bench::measure_many(options, table);
    std::printf("%s\n\n", before.c_str());
    table.print();
    return table.missed();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        bench::Options options;
        if (!parse(argc, argv, options)) {
            std::fputs(usage, stderr);
            return 2;
        }
        if (std::strcmp(BENCH_BUILD_TYPE, "Debug") == 0 || test::sanitized()) {
            std::fputs(
                "runphi-bench: a Debug or sanitizer build says nothing about speed; build "
                "with CMAKE_BUILD_TYPE=RelWithDebInfo\n",
                stderr);
            return 2;
        }
        return measure(options) == 0 ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "runphi-bench: %s\n", error.what());
        return 2;
    }
}

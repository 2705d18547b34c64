// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "machine.hpp"
#include "plugins/jailhouse/format/c_source.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "program.hpp"
#include "scenes.hpp"
#include "support/sandbox.hpp"
#include "unit/jailhouse/samples.hpp"

namespace phi::bench {

namespace fs = std::filesystem;
namespace jh = runphi::jailhouse;

namespace {

constexpr jh::Layout layout = jh::Layout::master;

struct Files {
    std::string source, object, built, written, readable;
};

// As create does it, in the process that makes the cell.
double write_once(const jh::Cell& cell, const Files& files) {
    const double before = now_ms();
    test::write_text(files.written, jh::write_cell(cell, layout));
    return now_ms() - before;
}

double write_both(const jh::Cell& cell, const Files& files) {
    const double before = now_ms();
    test::write_text(files.readable, jh::c_source(cell, layout));
    return now_ms() - before + write_once(cell, files);
}

// With the flags of Jailhouse's own configs/Makefile; what of the kernel's build they stand in is
// not counted.
Program compiler(const std::string& tree, const Files& files) {
    return {{find_program("gcc"), "-Werror", "-Wall", "-Wextra", "-D__LINUX_COMPILER_TYPES_H", "-I",
             tree + "/hypervisor/arch/arm64/include", "-I", tree + "/hypervisor/include", "-I",
             tree + "/include", "-c", files.source, "-o", files.object},
            {"PATH=/usr/bin:/bin"}};
}

Program objcopy(const Files& files) {
    return {{find_program("objcopy"), "-O", "binary", "--remove-section=.note.gnu.property",
             files.object, files.built}};
}

std::string why_not(const Options& options) {
    if (options.jailhouse_dir.empty()) return "--jailhouse names no source tree of Jailhouse";
    if (find_program("gcc").empty() || find_program("objcopy").empty()) return "not installed";
    return {};
}

void require_same(const Files& files) {
    if (test::read_text(files.built) == test::read_text(files.written)) return;
    throw Error(Code::internal, "what was compiled is not what was written");
}

}  // namespace

void measure_cell_config(const test::Sandbox& node, const Options& options, Table& table) {
    // A tmpfs, as a container's own folder is on.
    const std::string dir = text("/dev/shm", node.dir().substr(node.dir().rfind('/')), "-cell");
    fs::create_directories(dir);
    const Files files{dir + "/cell.c", dir + "/cell.o", dir + "/built.cell", dir + "/cell.cell",
                      dir + "/written.c"};
    const jh::Cell cell = jailhouse_test::sample_cell(layout);
    test::write_text(files.source, jh::c_source(cell, layout));
    const Program compile = compiler(options.jailhouse_dir, files), copy = objcopy(files);
    std::vector<Contestant> all{
        {"runphi, `ID.cell`", [&] { return write_once(cell, files); }},
        {"runphi, `ID.cell` and `ID.c`", [&] { return write_both(cell, files); }},
        {"gcc and objcopy",
         [&] {
             const double took = run_time(compile) + run_time(copy);
             require_same(files);
             return took;
         },
         {},
         why_not(options)}};
    interleave("a cell's configuration", options.rounds(50), all);
    std::error_code ignored;
    fs::remove_all(dir, ignored);
    table.add("a cell's configuration", all,
              {{"gcc and objcopy", 0.01, "at least 100 times as fast (0.01)"}});
}

}  // namespace phi::bench

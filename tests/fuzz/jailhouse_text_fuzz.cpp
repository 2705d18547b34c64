// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <runphi/sdk.hpp>
#include <string>

#include "plugins/jailhouse/check/check.hpp"
#include "plugins/jailhouse/format/c_source.hpp"
#include "plugins/jailhouse/format/detect.hpp"
#include "plugins/jailhouse/format/read.hpp"
#include "plugins/jailhouse/tool/show.hpp"

// What is told of a configuration that the reader takes (jailhouse_config_fuzz.cpp): as C, as
// tables, and by the check. Beyond not crashing: it is text, whatever the file has for names, and
// of bounded length.
namespace {

using namespace runphi::jailhouse;

void require(bool held) {
    if (!held) std::abort();
}

// For terminals, where no other byte of a file goes.
void require_text(const std::string& text) {
    require(!text.empty());
    require(std::all_of(text.begin(), text.end(), [](char byte) {
        return byte == '\n' || byte == '\t' || (byte >= 0x20 && byte < 0x7f);
    }));
}

void require_findings(const std::vector<Finding>& findings) {
    require(findings.size() <= 2 * (most_findings + 1));
    for (const Finding& one : findings) {
        require_text(one.where);
        require_text(one.what);
    }
}

// Twice, so that everything is another cell's, too.
void try_cell(const std::string& bytes, Layout layout) {
    const Cell cell = read_cell(bytes, layout, "file");
    require_text(c_source(cell, layout));
    require_text(show(cell, layout, bytes.size()));
    System system;
    system.arch = system.root_cell.arch = cell.arch;
    require_findings(check(system, {cell, cell}, layout));
}

// Beside its own root cell.
void try_system(const std::string& bytes, Layout layout) {
    const System system = read_system(bytes, layout, "file");
    require_text(c_source(system, layout));
    require_text(show(system, layout, bytes.size()));
    require_findings(check(system, {system.root_cell}, layout));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    try {
        const Format format = detect(bytes, "file");
        format.kind == Kind::cell ? try_cell(bytes, format.layout)
                                  : try_system(bytes, format.layout);
    } catch (const runphi::sdk::Error& error) {
        require(error.message().rfind("file: ", 0) == 0);
    }
    return 0;
}

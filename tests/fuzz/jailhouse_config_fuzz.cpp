// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <runphi/sdk.hpp>
#include <string>

#include "plugins/jailhouse/format/detect.hpp"
#include "plugins/jailhouse/format/read.hpp"
#include "plugins/jailhouse/format/write.hpp"

// Any bytes as a cell or system configuration, in every layout. Beyond not crashing: a refusal
// names the file, and what is accepted is written back byte for byte.
namespace {

using namespace runphi::jailhouse;

void require(bool held) {
    if (!held) std::abort();
}

// Jailhouse ignores the header of a root cell, and so does the reader.
std::string without_root_header(std::string bytes, Layout layout) {
    const std::size_t root =
        smallest_size({Kind::system, layout}) - smallest_size({Kind::cell, layout});
    return bytes.replace(root, 8, 8, '\0');
}

void try_format(const std::string& bytes, Format format) {
    const Layout layout = format.layout;
    if (format.kind == Kind::cell) {
        require(write_cell(read_cell(bytes, layout, "file"), layout) == bytes);
    } else {
        require(write_system(read_system(bytes, layout, "file"), layout) ==
                without_root_header(bytes, layout));
    }
}

template <typename Call>
bool accepts(const Call& call) {
    try {
        call();
        return true;
    } catch (const runphi::sdk::Error& error) {
        require(error.message().rfind("file: ", 0) == 0);
        return false;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    Format found;
    const bool detected = accepts([&] { found = detect(bytes, "file"); });
    for (const Layout layout : all_layouts) {
        for (const Kind kind : {Kind::cell, Kind::system}) {
            const Format format{kind, layout};
            // All others are refused for their length, which costs a fuzzer more time than it is
            // worth.
            if (claimed_size(bytes, format) != size) continue;
            const bool taken = accepts([&] { try_format(bytes, format); });
            // What was detected fits no other layout.
            if (taken && detected) require(found == format);
        }
    }
    return 0;
}

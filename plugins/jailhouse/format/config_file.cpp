// SPDX-License-Identifier: Apache-2.0
#include "config_file.hpp"

#include <runphi/sdk.hpp>

#include "../../common/files.hpp"
#include "detect.hpp"
#include "read.hpp"

namespace runphi::jailhouse {

using common::read_file;

namespace {

bool begins_as(const std::string& bytes, Format format) {
    const std::string signature = signature_of(format, Arch::x86);
    const std::size_t length = facts_of(format.layout).cell_signature.size();
    return bytes.compare(0, length, signature, 0, length) == 0;
}

// With a layout that is given, all that is left to tell is whose configuration it is.
Format format_of(const std::string& bytes, const std::string& path, std::optional<Layout> layout) {
    if (!layout) return detect(bytes, path);
    if (bytes.size() > max_file_size) return detect(bytes, path);
    const Format system{Kind::system, *layout};
    return begins_as(bytes, system) ? system : Format{Kind::cell, *layout};
}

}  // namespace

ConfigFile read_config(const std::string& path, const Expected& expected) {
    // One byte more than there may be, so that too much is seen.
    const std::string bytes = read_file(path, max_file_size + 1);
    const Format format = format_of(bytes, path, expected.layout);
    ConfigFile out{format.layout, {}, bytes.size()};
    if (format.kind == Kind::system) {
        out.model = read_system(bytes, format.layout, path, expected.arch);
    } else {
        out.model = read_cell(bytes, format.layout, path, expected.arch);
    }
    return out;
}

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace jailhouse_test {

// Writes a device tree as the folders and files that Linux shows (/sys/firmware/devicetree/base).
// `source` is in the words of what `dtc -I dtb -O dts` prints: nodes, and properties of texts,
// <cells> and [bytes], without labels and references.
void write_tree(const std::string& source, const std::string& folder);

// Writes the files of a captured machine below `folder`: "== /PATH", then its lines; "-> TARGET" in
// place of them makes a link.
void write_files(const std::string& text, const std::string& folder);

}  // namespace jailhouse_test

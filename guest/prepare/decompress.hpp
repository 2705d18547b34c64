// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace phi::guest {

enum class Compression { none, gzip, xz, lz4_legacy, zstd, unknown };

// Told by the first bytes. `none` is an ELF file.
Compression compression_of(std::string_view bytes);

// The one compressed stream at the beginning of `bytes`; what follows it is ignored, because
// kernels append their size. `what` names it in errors. Throws Error(invalid) if it is damaged, cut
// off or larger than `limit`.
std::string decompress(std::string_view bytes, const std::string& what,
                       std::size_t limit = std::size_t{512} << 20);

}  // namespace phi::guest

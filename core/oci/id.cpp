// SPDX-License-Identifier: Apache-2.0
#include "core/oci/id.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::oci {

namespace {

// runc's expression is ^[\w+-\.]+$ , in which "+-\." is the range from '+' to '.'.
bool fits(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c >= '+' && c <= '.');
}

}  // namespace

void check_id(std::string_view id) {
    if (id.empty()) throw Error(Code::invalid, "container id cannot be empty");
    if (id == "." || id == ".." || !std::all_of(id.begin(), id.end(), fits)) {
        throw Error(Code::invalid, "invalid container ID format: " + quoted(id),
                    "an id is made of letters, digits and _ + , - .");
    }
    if (id.size() > id_length_max) {
        throw Error(Code::invalid,
                    text("container ID ", quoted(id, 32), " is ", id.size(),
                         " characters long, at most ", id_length_max, " fit: file name too long"));
    }
}

}  // namespace phi::oci

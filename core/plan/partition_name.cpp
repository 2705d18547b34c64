// SPDX-License-Identifier: Apache-2.0
#include "core/plan/partition_name.hpp"

#include <string_view>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::plan {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view allowed =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
constexpr unsigned hash_digits = 12;
constexpr unsigned attempts = 64;

bool fits(const std::string& id, unsigned name_max) {
    return !id.empty() && id.size() <= name_max && id[0] != '-' && id != "." && id != ".." &&
           id.find_first_not_of(allowed) == std::string::npos &&
           id.find_first_not_of(digits) != std::string::npos;
}

// What remains readable of the id.
std::string prefix(const std::string& id, std::size_t length) {
    std::string out = id.substr(0, length);
    for (char& c : out) {
        if (allowed.find(c) == std::string_view::npos) c = '_';
    }
    if (out[0] == '-') out[0] = '_';
    return out;
}

}  // namespace

std::string partition_name(const std::string& id, const std::string& root, unsigned name_max,
                           const std::function<bool(const std::string&)>& taken) {
    if (fits(id, name_max) && !taken(id)) return id;
    if (name_max < hash_digits + 2) {
        throw Error(Code::invalid,
                    text("names of partitions may have ", name_max, " bytes, too few for a hash"));
    }
    // A NUL is in neither, so no two pairs of root and id give the same text.
    std::string hashed = root + '\0' + id;
    for (unsigned attempt = 0; attempt < attempts; ++attempt) {
        std::string name = prefix(id, name_max - hash_digits - 1) + "-" +
                           hex(fnv1a(hashed) >> (64 - 4 * hash_digits), hash_digits);
        if (!taken(name)) return name;
        hashed += '+';
    }
    throw Error(Code::exists,
                text("no free name for the partition of container ", quoted(id), " after ",
                     attempts, " attempts"),
                "delete partitions that no container uses; `runphi recover` finds them");
}

}  // namespace phi::plan

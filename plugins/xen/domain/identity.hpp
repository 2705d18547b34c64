// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

// How a domain of ours is known from a foreign one: by its name, which begins with ours, and by its
// UUID, which follows from the name. A domain that somebody else has given such a name is left
// alone.
namespace runphi::xen {

inline constexpr std::string_view domain_prefix = "runphi-";
// Bytes in a partition's name: with the prefix it is short in xl's tables.
inline constexpr unsigned partition_name_max = 60;

std::string domain_name(std::string_view partition);
// "xxxxxxxx-xxxx-8xxx-xxxx-xxxxxxxxxxxx", of version 8: RFC 9562, of one's own making.
std::string domain_uuid(std::string_view partition);
// The partition of a domain of ours; nullopt for a foreign one.
std::optional<std::string> partition_of(std::string_view name, std::string_view uuid);

}  // namespace runphi::xen

// SPDX-License-Identifier: Apache-2.0
#include "identity.hpp"

#include <array>
#include <cstdint>

namespace runphi::xen {

namespace {

// FNV-1a of 64 bits, from one of two seeds; the final mix spreads the last bytes over all.
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
    std::uint64_t out = 0xcbf29ce484222325 ^ seed;
    for (const char c : text) {
        out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    out ^= out >> 32;
    out *= 0xd6e8feb86659fd93;
    return out ^ (out >> 32);
}

}  // namespace

std::string domain_name(std::string_view partition) {
    return std::string(domain_prefix) + std::string(partition);
}

std::string domain_uuid(std::string_view partition) {
    const std::string text = "runPHI partition " + std::string(partition);
    const std::uint64_t halves[] = {hash(text, 0), hash(text, 0x72756e504849)};
    std::array<unsigned char, 16> bytes{};
    for (unsigned i = 0; i < 16; ++i) {
        bytes[i] = static_cast<unsigned char>(halves[i / 8] >> (56 - 8 * (i % 8)));
    }
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x80);  // version 8
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);  // variant
    std::string out;
    for (unsigned i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += "0123456789abcdef"[bytes[i] >> 4];
        out += "0123456789abcdef"[bytes[i] & 15];
    }
    return out;
}

std::optional<std::string> partition_of(std::string_view name, std::string_view uuid) {
    if (name.substr(0, domain_prefix.size()) != domain_prefix) return std::nullopt;
    const std::string_view partition = name.substr(domain_prefix.size());
    if (partition.empty() || domain_uuid(partition) != uuid) return std::nullopt;
    return std::string(partition);
}

}  // namespace runphi::xen

// SPDX-License-Identifier: Apache-2.0
#include "core/network/resolvers.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "plugin-api/include/runphi/agent.h"

namespace phi::network {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view next_word(std::string_view& line) {
    const auto begin = std::min(line.find_first_not_of(blanks), line.size());
    line.remove_prefix(begin);
    const auto end = std::min(line.find_first_of(blanks), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(end);
    return word;
}

bool is_other_loopback(const std::string& address) {
    std::array<unsigned char, 4> bytes{};
    return ::inet_pton(AF_INET, address.c_str(), bytes.data()) == 1 && bytes[0] == 127 &&
           address != "127.0.0.1";
}

}  // namespace

std::vector<std::string> loopback_resolvers(std::string_view resolv_conf) {
    std::vector<std::string> found;
    unsigned counted = 0;
    for (std::string_view line : split(resolv_conf, '\n')) {
        if (next_word(line) != "nameserver") continue;
        if (++counted > RUNPHI_AGENT_RESOLVERS_MAX) break;
        std::string address(next_word(line));
        const bool known = std::find(found.begin(), found.end(), address) != found.end();
        if (!known && is_other_loopback(address)) found.push_back(std::move(address));
    }
    return found;
}

}  // namespace phi::network

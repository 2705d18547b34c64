// SPDX-License-Identifier: Apache-2.0
#include "number_set.hpp"

namespace runphi::jailhouse {

Numbers numbers_of(const std::vector<std::uint8_t>& set) {
    Numbers out;
    for (std::size_t byte = 0; byte < set.size(); ++byte) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            if ((set[byte] >> bit & 1U) != 0) out.push_back(static_cast<unsigned>(byte * 8 + bit));
        }
    }
    return out;
}

std::vector<std::uint8_t> set_of(const Numbers& numbers) {
    const std::size_t words = numbers.empty() ? 1 : numbers.back() / 64 + 1;
    std::vector<std::uint8_t> out(words * 8);
    for (const unsigned number : numbers) {
        out[number / 8] = static_cast<std::uint8_t>(out[number / 8] | 1U << (number % 8));
    }
    return out;
}

std::string list_text(const Numbers& numbers) {
    std::string out;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
        out += (out.empty() ? "" : ",") + std::to_string(numbers[i]);
        if (last > i) out += "-" + std::to_string(numbers[last]);
        i = last + 1;
    }
    return out.empty() ? "none" : out;
}

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <runphi/sdk.hpp>
#include <string>

namespace jailhouse_test {

// The message of the sdk::Error that f throws; a failed test if it throws none.
template <typename F>
std::string refusal(F&& f) {
    try {
        f();
    } catch (const runphi::sdk::Error& error) {
        return error.message();
    }
    ADD_FAILURE() << "nothing was refused";
    return {};
}

// The same file with other bytes at an offset.
inline std::string patched(std::string bytes, std::size_t at, std::initializer_list<int> with) {
    for (const int byte : with) bytes.at(at++) = static_cast<char>(byte);
    return bytes;
}

}  // namespace jailhouse_test

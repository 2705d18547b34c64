// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <runphi/sdk.hpp>
#include <string>

#include "support/folder.hpp"

namespace xen_test {

// The error that f throws; a failed test if it throws none.
template <typename F>
runphi::sdk::Error error_of(F&& f) {
    try {
        f();
    } catch (const runphi::sdk::Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error was thrown";
    return {runphi::sdk::Code::internal, "none"};
}

template <typename F>
std::string refusal(F&& f) {
    return error_of(f).message();
}

#define EXPECT_HAS(text, part) \
    EXPECT_NE(std::string(text).find(part), std::string::npos) << "in: " << (text)

}  // namespace xen_test

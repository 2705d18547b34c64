// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/error.hpp"

namespace phi::test {

// The error that f throws; a failed test if it throws none.
template <typename F>
Error error_of(F&& f) {
    try {
        f();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error was thrown";
    return Error(Code::internal, "none");
}

inline bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

#define EXPECT_MENTIONS(text, part) \
    EXPECT_TRUE(phi::test::mentions((text), (part))) << "in: " << (text)

}  // namespace phi::test

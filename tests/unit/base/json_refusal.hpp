// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/error.hpp"
#include "core/base/json.hpp"

namespace phi::json::test {

// The message of the Error(invalid) that f throws, or "accepted".
template <typename F>
std::string refusal_of(F&& f) {
    try {
        f();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::invalid);
        return error.message();
    }
    return "accepted";
}

}  // namespace phi::json::test

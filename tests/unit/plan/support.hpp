// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/base/error.hpp"
#include "core/plan/plan.hpp"

namespace phi::plan::test {

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
    EXPECT_TRUE(phi::plan::test::mentions((text), (part))) << "in: " << (text)

// What make_request() looks at; the tests change one thing each.
struct Case {
    oci::Spec spec;
    boot::Choice choice;
    Settings settings;
    board::Board board;

    Case() { board.name = "b"; }
    oci::HwConfig& hw() {
        if (!spec.vm) spec.vm.emplace();
        if (!spec.vm->hw_config) spec.vm->hw_config.emplace();
        return *spec.vm->hw_config;
    }
    void annotate(const std::string& name, const std::string& value) {
        spec.annotations["org.runphi." + name] = value;
    }
    void allow(const std::string& name) {
        settings.granting_annotations.push_back("org.runphi." + name);
    }
    board::Request request() const { return make_request(spec, choice, settings, board); }
    // The message of an error of this code.
    std::string refused(Code code = Code::invalid) const {
        const Error error = error_of([&] { request(); });
        EXPECT_EQ(error.code(), code) << error.message();
        return error.message();
    }
};

}  // namespace phi::plan::test

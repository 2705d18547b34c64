// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/plan/plan.hpp"
#include "support/errors.hpp"

namespace phi::plan::test {

using phi::test::error_of;

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

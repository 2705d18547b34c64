// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <string>

#include "plugins/bao/layout/layout.hpp"
#include "unit/bao/support.hpp"

namespace bao_test {

// A small board and a request that fits it, as texts in which a test changes a value: by its JSON
// pointer, to what it writes as JSON.
class Scene {
  public:
    Scene();

    Scene& board(const std::string& pointer, const std::string& json) {
        return set(board_, pointer, json);
    }
    Scene& request(const std::string& pointer, const std::string& json) {
        return set(request_, pointer, json);
    }
    // An MPU's board: everything is seen where it is.
    Scene& with_mpu() { return board("/backends/bao/profile", "\"mpu\""); }

    Layout layout() const;
    // What check() finds, one a line; empty if the layout is good.
    std::string problems() const;
    // The message of the Error with which it is refused before.
    std::string refused() const {
        return refusal([&] { layout(); });
    }

  private:
    Scene& set(rapidjson::Document& document, const std::string& pointer, const std::string& json);

    rapidjson::Document board_, request_;
};

std::string text_of(const std::string& file);  // of a file below tests/golden/bao, or of any path

}  // namespace bao_test

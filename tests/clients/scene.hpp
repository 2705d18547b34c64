// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "matrix.hpp"
#include "support/sandbox.hpp"

namespace phi::test {

// What a cell found to be otherwise than a user expects.
struct Mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// Throws unless it holds. `what` says what was wanted; `seen` what there was.
void expect(bool holds, const std::string& what, const Result& seen);
void expect(bool holds, const std::string& what, const std::string& seen);
bool contains(const std::string& text, const std::string& wanted);
// Asks a client again and again, for two minutes.
bool eventually(const std::function<bool()>& condition);

// One kind of container under one client: what its cells share. Its destructor removes all that was
// made.
class Scene {
  public:
    explicit Scene(Kind its_kind) : kind(its_kind) {}
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;
    virtual ~Scene() = default;

    const Kind kind;
    bool is(unsigned kinds) const { return (kind & kinds) != 0; }

    // Removes what the last cell made and no other needs.
    virtual void clear() = 0;
};

}  // namespace phi::test

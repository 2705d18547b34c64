// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runphi::common {

// Writes a flattened device tree (Devicetree Specification, release v0.4, chapter 5) from its root
// to its end. All numbers are given as they are, and stored big endian.
class FdtWriter {
  public:
    // `most`: bytes that the tree may have; a larger one is an Error(no_resource).
    explicit FdtWriter(std::size_t most);

    // A node and what `content` writes into it; the root's name is empty.
    template <typename Content>
    void node(const std::string& name, const Content& content) {
        begin(name);
        content();
        end();
    }

    void flag(const char* name) { bytes(name, {}); }
    void text(const char* name, const std::string& value);
    void texts(const char* name, const std::vector<std::string>& values);
    void cells(const char* name, const std::vector<std::uint32_t>& values);
    // Each of two cells.
    void pairs(const char* name, const std::vector<std::uint64_t>& values);
    void bytes(const char* name, std::string_view value);

    // The whole tree; the writer has done its work then.
    std::string finish();

  private:
    void begin(const std::string& name);
    void end();
    void check(int result) const;

    std::string tree_;
};

// A name with the unit address that the specification wants: "memory@70000000".
std::string at_address(const std::string& name, std::uint64_t address);

}  // namespace runphi::common

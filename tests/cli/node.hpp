// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "support/sandbox.hpp"

namespace phi::test {

// A node with settings and nothing else: no backend, no container, and the vanilla runc that the
// test names.
class Node : public Sandbox {
  public:
    explicit Node(const std::string& runc = "/nonexistent/runc", const std::string& settings = "");
    Result run(const std::vector<std::string>& words,
               const std::vector<std::string>& env = {}) const;
};

// The message of the last log line on standard error, in text format; else its last line as it is.
std::string message_of(const std::string& err);

// An ordinary container's config.json, with further members.
std::string ordinary_config(const std::string& members = "");

}  // namespace phi::test

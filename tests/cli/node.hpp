// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "support/sandbox.hpp"

namespace phi::test {

// A node with settings and nothing else: no backend, no container, and the vanilla runc that the
// test names.
class Node {
  public:
    explicit Node(const std::string& runc = "/nonexistent/runc", const std::string& settings = "");
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node();

    const std::string& dir() const { return dir_; }
    std::string state_dir() const { return dir_ + "/state"; }
    // Runs our program with only RUNPHI_CONFIG in its environment.
    Result run(const std::vector<std::string>& words,
               const std::vector<std::string>& env = {}) const;
    // A bundle with this config.json and an empty root file system.
    std::string bundle(const std::string& name, const std::string& config) const;

  private:
    std::string dir_;
};

// The message of the last log line on standard error, in text format; else its last line as it is.
std::string message_of(const std::string& err);

// An ordinary container's config.json, with further members.
std::string ordinary_config(const std::string& members = "");

}  // namespace phi::test

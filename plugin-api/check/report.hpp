// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

namespace check {

// What a check throws when the plugin breaks the contract.
struct Failure {
    std::string why;
};

// What a check throws when it cannot be done here.
struct Skip {
    std::string why;
};

inline void require(bool holds, const std::string& why) {
    if (!holds) throw Failure{why};
}

// One line a check, and a summary. The counters are shared with the process that supervises, so
// that a plugin that crashes is reported like one that fails.
class Report {
  public:
    Report();
    Report(const Report&) = delete;
    Report& operator=(const Report&) = delete;

    void section(const std::string& title);
    // True if the check held.
    bool check(const std::string& name, const std::function<void()>& body);
    void skip(const std::string& name, const std::string& why);

    // For the supervisor: the check under way when the worker ended badly.
    void crashed(const std::string& how);
    // Prints the summary; true if nothing failed.
    bool summarize() const;

  private:
    struct Shared {
        unsigned passed, failed, skipped;
        char current[128];
    };
    void line(const char* verdict, const std::string& name, const std::string& why) const;

    Shared* shared_;
};

}  // namespace check

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace phi {

// Undoes what was done, last first, unless committed. Every undo is idempotent and does not throw:
// what it throws is swallowed, because the error that caused the rollback is the one to tell.
class Rollback {
  public:
    Rollback() = default;
    Rollback(const Rollback&) = delete;
    Rollback& operator=(const Rollback&) = delete;
    ~Rollback() { run(); }

    void push(std::function<void()> undo) { undos_.push_back(std::move(undo)); }
    void commit() noexcept { undos_.clear(); }
    void run() noexcept {
        while (!undos_.empty()) {
            try {
                undos_.back()();
            } catch (...) {  // NOLINT(bugprone-empty-catch): see above
            }
            undos_.pop_back();
        }
    }

  private:
    std::vector<std::function<void()>> undos_;
};

}  // namespace phi

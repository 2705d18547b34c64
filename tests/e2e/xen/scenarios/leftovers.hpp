// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace phi::test {

// What a container can leave behind, each thing a line: domains, keys of xenstore (those of dom0's
// own state are there always), programs of runPHI's, mounts, what lies in /run/runPHI.
class Leftovers {
  public:
    // As it is before there is a container.
    Leftovers();
    // What is there now and was not then; empty when all is clean.
    std::string found() const;
    // The same, once it is empty or a time has passed: domains and processes die by and by.
    std::string after_a_while() const;
    // Of Xen's heap.
    std::int64_t missing_pages(std::int64_t may_miss) const;

  private:
    std::set<std::string> before_;
    std::uint64_t free_;
};

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "core/base/process.hpp"
#include "leftovers.hpp"
#include "support/sandbox.hpp"
#include "xen.hpp"

// runPHI as it is installed in dom0, by its command line.
namespace phi::test {

inline constexpr const char* runphi_program = "/usr/bin/runphi";

Result runphi(const std::vector<std::string>& args);
// What `state` tells; empty if it knows no such container.
std::string status_of(const std::string& id);

// /etc/runphi/runphi.json; no text: there is none.
void configure(const std::string& settings);

// /etc/runphi/board.json: what is discovered, with other words in some places. Throws if they are
// not there. As long as the object lives.
class ChangedBoard {
  public:
    struct Change {
        std::string_view words, others;
    };
    ChangedBoard(std::initializer_list<Change> changes);
    ChangedBoard(const ChangedBoard&) = delete;
    ChangedBoard& operator=(const ChangedBoard&) = delete;
    ~ChangedBoard();
};
// Where more than one partition is to run: there is one CPU for them.
inline constexpr ChangedBoard::Change shared_cpus{"\"exclusive\": true", "\"exclusive\": false"};

// Bundles below /bundles. `annotations` are members of the object: "\"org.runphi.memory\": \"2M\"".
std::string inmate_bundle(const std::string& inmate, const std::string& annotations = "");
// busybox's sh -c SCRIPT, on a kernel of its own. `more`: members of config.json.
std::string linux_bundle(const std::string& name, const std::string& script,
                         const std::string& annotations = "", const std::string& more = "");

// The node's kernel as one of the image's own, with an initrd that has busybox, /init, and the
// modules of dom0's that are named. `more`: members of config.json.
std::string kernel_bundle(const std::string& name, const std::string& init,
                          const std::string& annotations = "",
                          const std::vector<std::string>& modules = {},
                          const std::string& more = "\"linux\": {\"namespaces\": []}");

// A container "c"; at the end nothing may be left of it.
class Container : public testing::Test {
  protected:
    Container();
    ~Container() override;

    // `runphi run`, to its end.
    Result run(const std::string& bundle);
    // In the background.
    void begin(const std::string& bundle);
    std::string output() const;
    bool says(const std::string& words) const;
    bool is(const std::string& status) const;
    // The status with which the one in the background ends; -1 if it does not.
    int ends();

    Leftovers before_;

  private:
    UniqueFd out_;
    Spawned background_;
};

}  // namespace phi::test

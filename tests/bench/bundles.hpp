// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "program.hpp"
#include "support/sandbox.hpp"

namespace phi::bench {

// A runtime and where it keeps its containers.
struct Runtime {
    std::string name;
    std::vector<std::string> prefix;  // the program and its global options
    std::vector<std::string> env;
    std::string pid_file;
    std::string absent = {};  // why it cannot be used

    Program command(const std::vector<std::string>& words) const;
    Program create(const std::string& bundle, const std::string& id) const;
};

Runtime runphi_of(const test::Sandbox& node);
// runc or crun, with its state below the node's folder.
Runtime runtime_of(const std::string& name, const test::Sandbox& node);

// The pid that create wrote.
pid_t read_pid(const Runtime& runtime);

// Both have the same config.json but for what they run; namespaces as engines ask for them.
// busybox, which ends at once as `true`, or says hello as `echo hello`.
std::string busybox_bundle(const test::Sandbox& node, const std::string& name,
                           const std::string& args);
// An inmate of the fake hypervisor, which runs this script.
std::string inmate_bundle(const test::Sandbox& node, const std::string& name,
                          const std::string& script);

}  // namespace phi::bench

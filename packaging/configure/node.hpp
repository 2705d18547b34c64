// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "change.hpp"
#include "options.hpp"

// What a node needs beside the runtime's place: settings, the board file, a kernel for its guests.
namespace phi::configure {

// The backend that the node's containers will get: `named`, which must load, or the one that fits.
std::string choose_backend(const Root& root, const std::string& named = {});

// Names the backend, or that all containers go on to runc, in the settings.
void change_settings(const Root& root, const Options& options, std::vector<Change>& changes);

// Saves the board that the backend finds, unless there is a file already.
void save_board(const Root& root, std::vector<Change>& changes);

// Makes the guests' kernel from an installed or a given one, unless there is one already. What to
// tell, if none can be found.
std::string prepare_guest(const Root& root, const Options& options, std::vector<Change>& changes);

// A program that was installed with this one: "bin/runphi" of the same prefix, as a path of the
// tree.
std::string our_program(const std::string& name, const Root& root);

// "x86_64", "aarch64": of this machine.
std::string machine_arch();

}  // namespace phi::configure

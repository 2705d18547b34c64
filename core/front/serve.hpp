// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace phi::front {

// Does what a command line asks for if it is short work that succeeds: hands over to the vanilla
// runc what is not ours, answers `state` and `--version`, and has the container's monitor do
// `start`, `pause` and `resume`. False for everything else: errors, help and what is to be logged
// included. Nothing has been done of it then, but for a record in doubt of a container whose
// monitor could not do it.
bool serve(int argc, char** argv);

}  // namespace phi::front

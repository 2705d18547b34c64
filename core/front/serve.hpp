// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace phi::front {

// Does what a command line asks for if it is short work that succeeds: hands over to the vanilla
// runc what is not ours, answers `state` and `--version`. False for everything else, of which
// nothing has been done then: errors, help and what is to be logged included.
bool serve(int argc, char** argv);

}  // namespace phi::front

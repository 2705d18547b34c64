// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace phi::cli {

// The whole of the program: reads the command line, hands over to the vanilla runc what is not
// ours, and runs the command. Returns the exit status; every failure has been told by then.
int dispatch(int argc, char** argv);

}  // namespace phi::cli

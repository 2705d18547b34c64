// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace phi::monitor {

// For who has done most of its work and will wait for long: gives back the heap that is free, and
// the pages of the program's code and constants, of which a wait needs few. What is needed again
// comes back from the page cache.
void give_back_memory();

}  // namespace phi::monitor

// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace phi {

// A caller may have closed descriptors 0 to 2. A file that we open must not become one of them; a
// program that we hand over to finds them closed all the same.
void ensure_stdio();

}  // namespace phi

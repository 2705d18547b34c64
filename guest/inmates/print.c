/* SPDX-License-Identifier: Apache-2.0 */
/* Prints and powers off. Knows nothing of the agent channel, as most bare-metal programs. */
#include "inmate.h"

void inmate_main(void) {
    say_hello();
}

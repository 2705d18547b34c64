/* SPDX-License-Identifier: Apache-2.0 */
/* Prints and resets its machine. */
#include "inmate.h"

void inmate_main(void) {
    say_hello();
    machine_reset();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Prints and never ends, whatever the host asks for. */
#include "inmate.h"

void inmate_main(void) {
    say_hello();
    for (;;) __asm__ volatile("" ::: "memory");
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a line five times a second, for ever: whether it runs can be seen from outside. */
#include "inmate.h"

void inmate_main(void) {
    say_hello();
    for (;;) {
        machine_sleep(200);
        print("tick\n");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Prints and ends with a status: INMATE_STATUS of the build. */
#include "inmate.h"

void inmate_main(void) {
    say_hello();
    exit_with(INMATE_STATUS);
}

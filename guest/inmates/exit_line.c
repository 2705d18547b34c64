/* SPDX-License-Identifier: Apache-2.0 */
/* The status of an inmate that has no agent channel: a line on its console, and then no power. */
#include "inmate.h"

static void print_number(unsigned number) {
    if (number >= 10) print_number(number / 10);
    console_put((char)('0' + number % 10));
}

void exit_with(uint8_t status) {
    print("runphi: exit ");
    print_number(status);
    print("\n");
    machine_power_off();
}

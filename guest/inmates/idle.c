/* SPDX-License-Identifier: Apache-2.0 */
/* Says nothing and does nothing, for ever: what is measured is then what the host does. */
#include "inmate.h"

void inmate_main(void) {
    machine_rest();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A loader, as unikernels have them: prints the first module that it was given, the initrd. */
#include "inmate.h"

void inmate_main(void) {
    uint64_t size;
    const char* module = boot_module(&size);
    if (module == NULL) {
        print("no module\n");
        exit_with(1);
    }
    print("module: ");
    for (uint64_t i = 0; i < size; ++i) console_put(module[i]);
    exit_with(0);
}

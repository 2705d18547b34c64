/* SPDX-License-Identifier: Apache-2.0 */
/* phi-init's own view of the machine, kept apart from what the container is shown. */
#ifndef RUNPHI_GUEST_EARLY_H
#define RUNPHI_GUEST_EARLY_H

#include "failure.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Directories of private mounts below /.runphi; they stay usable when those are detached. */
struct phi_early {
    int proc, sys, dev, runphi;
};

bool phi_early_mount(struct phi_early* early, struct phi_failure* failure);

/* Removes /.runphi with all in it: nothing of ours is left for the workload to see, and the memory
 * of the modules is free again. */
void phi_early_remove(const struct phi_early* early);

/* What the kernel command line says; empty strings where it says nothing. */
struct phi_cmdline {
    char console[64], agent[64], memory[32], modules[512], sessions[256], come_back[32];
};
void phi_cmdline_parse(const char* text, struct phi_cmdline* out);
bool phi_cmdline_read(const struct phi_early* early, struct phi_cmdline* out,
                      struct phi_failure* failure);

/* Ends the machine. Never returns. */
void phi_power_off(const struct phi_early* early) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What an inmate of ours is made of: a program (inmate_main), the machine below it, and a few
 * words. */
#ifndef RUNPHI_INMATE_H
#define RUNPHI_INMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the program
 * --------------------------------------------------------------------------------- */

/* Called once, with a stack and zeroed data. When it returns, the partition powers off. */
void inmate_main(void);

/* ---- the machine: x86_64/machine.c, aarch64/machine.c; of a Jailhouse cell aarch64/cell.c, of a
 * Xen domain ARCH/domain.c, of a Bao slot aarch64/slot.c
 * -------------------------------------------- */

extern const char machine_name[];
void machine_init(void);
void console_put(char byte);
int console_get(void); /* -1: nothing there */
void agent_put(uint8_t byte);
int agent_get(void); /* -1: nothing there, or no agent channel */
/* The file that the boot loader was given beside the inmate (QEMU's -initrd); NULL: none, or this
 * machine cannot tell. */
const char* boot_module(uint64_t* size);
void machine_power_off(void) __attribute__((noreturn));
/* The same, of an inmate that has told its status over the agent channel: a machine that can tell
 * it in a way of its own does so. */
void machine_end(uint8_t status) __attribute__((noreturn));
void machine_reset(void) __attribute__((noreturn));
/* What a broken guest does: a fault that nobody handles. */
void machine_crash(void) __attribute__((noreturn));
/* Of Xen domains only. Who rests gives the processor away, for ever. */
void machine_sleep(unsigned milliseconds);
void machine_rest(void) __attribute__((noreturn));

/* ---- words: inmate.c
 * ------------------------------------------------------------------------------ */

void print(const char* text);
/* "hello from a bare-metal inmate (ARCH)" */
void say_hello(void);

/* ---- the end: agent.c, or exit_line.c where there is no agent channel
 * ---------------------------------- */

/* HELLO of runphi/agent.h: the inmate listens to the agent channel. */
void agent_hello(void);
/* Tells the status, then powers off. agent.c: EXIT of runphi/agent.h; exit_line.c: a line of the
 * console. */
void exit_with(uint8_t status) __attribute__((noreturn));

#endif

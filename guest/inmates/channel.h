/* SPDX-License-Identifier: Apache-2.0 */
/* What `tell` and `hear` say to each other, in memory that they share. */
#ifndef RUNPHI_INMATE_CHANNEL_H
#define RUNPHI_INMATE_CHANNEL_H

#include <stdint.h>

enum { word_question, word_answer };
enum { silence = 0, question = 0x474e4950, answer = 0x474e4f50 }; /* PING, PONG */

/* What all ends of the channel write, or NULL: the machine has none. Of a Jailhouse cell
 * aarch64/ivshmem.c, of a Xen domain aarch64/domain_channel.c. */
volatile uint32_t* channel_memory(void);

#endif

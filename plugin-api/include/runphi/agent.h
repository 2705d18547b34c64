/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent protocol, version 1: what the monitor and the software inside a partition (phi-init, or
 * an inmate that cares) say to each other over the backend's agent channel, a byte stream.
 *
 * Frames, little endian: a header of 4 bytes, then `length` bytes of payload. The reader of either
 * side resynchronises by skipping bytes until RUNPHI_AGENT_MAGIC, drops a type it does not know,
 * and bounds everything: the monitor trusts nothing that a guest says beyond its own exit status.
 */
#ifndef RUNPHI_AGENT_H
#define RUNPHI_AGENT_H

#include <stdint.h>

#define RUNPHI_AGENT_VERSION 1
#define RUNPHI_AGENT_MAGIC 0xA7
#define RUNPHI_AGENT_PAYLOAD_MAX 1024

struct runphi_agent_header {
    uint8_t magic;
    uint8_t type;
    uint16_t length;
};

/* guest -> host. Until HELLO the host sends a Linux guest neither frames nor console input: a
 * serial port that no driver has opened drops what it gets. */
#define RUNPHI_AGENT_HELLO 1 /* u8 version: the guest is up and reads this channel */
#define RUNPHI_AGENT_EXIT 2  /* u8 status 0-255: the workload has ended (128+n for signal n) */
#define RUNPHI_AGENT_ERROR 3 /* text: why the workload could not be started; an EXIT follows */

/* host -> guest */
#define RUNPHI_AGENT_SIGNAL 16   /* u8 signal: send it to the container's process */
#define RUNPHI_AGENT_SHUTDOWN 17 /* no payload: end the workload and power off */
#define RUNPHI_AGENT_RESIZE 18   /* u16 rows, u16 columns of the console */
/* u64 n: the console's input has ended, and n bytes of it were sent. The two channels are not
 * ordered among each other: the guest closes the process's input when it has handed on n bytes. */
#define RUNPHI_AGENT_EOF 19

#endif

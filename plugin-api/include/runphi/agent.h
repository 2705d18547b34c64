/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent protocol, version 3: what the monitor and the software inside a partition (phi-init, or
 * an inmate that cares) say to each other over the backend's agent channel, a byte stream.
 *
 * Frames, little endian: a header of 4 bytes, then `length` bytes of payload. The reader of either
 * side resynchronises by skipping bytes until RUNPHI_AGENT_MAGIC, drops a type it does not know and
 * a frame whose payload has not the form below, and bounds everything: the monitor trusts nothing
 * that a guest says beyond its own exit status.
 *
 * The version in use is the lower one of the two sides: HELLO tells the guest's, SESSIONS what was
 * agreed on. Version 1 is HELLO, EXIT and ERROR, and SIGNAL, SHUTDOWN, RESIZE and EOF; a guest that
 * says so in its HELLO is sent nothing else.
 */
#ifndef RUNPHI_AGENT_H
#define RUNPHI_AGENT_H

#include <stdint.h>

#define RUNPHI_AGENT_VERSION 3
#define RUNPHI_AGENT_VERSION_SESSIONS 2 /* the first one with sessions */
#define RUNPHI_AGENT_MAGIC 0xA7
#define RUNPHI_AGENT_PAYLOAD_MAX 4096

struct runphi_agent_header {
    uint8_t magic;
    uint8_t type;
    uint16_t length;
};

/* ---- version 1: the container's own process ----------------------------------------------------
 */

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

/* ---- version 2: sessions -----------------------------------------------------------------------
 *
 * A session is one request of the host with its answers. The host gives each a number, from 1 on
 * and never twice, and never has more than RUNPHI_AGENT_SESSIONS_MAX at once. The payload of every
 * frame of a session begins with that number, a u32; the fields below follow it. A frame of a
 * session that the reader does not know is dropped: the other side has not heard of its end yet.
 *
 * The frames of sessions have the channel for themselves that the guest chose by READY: the agent
 * channel, or a faster one if the machine has it (abi.h: runphi_channel.sessions).
 *
 * Flow control. Bytes travel in streams: 0 to the process (its stdin), 1 and 2 from it (stdout and
 * stderr; a terminal has 0 and 1). Of each stream the sender may have RUNPHI_AGENT_WINDOW units
 * under way. A DATA frame costs as many units as it has bytes, but at least
 * RUNPHI_AGENT_FRAME_COST, so that a window also bounds the number of frames; CREDIT gives units
 * back when the bytes have been handed on. Whoever sends more than it may breaks the protocol, and
 * the host ends the session. So a receiver always has room for what is under way, and no session
 * waits for another's reader.
 */
#define RUNPHI_AGENT_SESSIONS_MAX 64
#define RUNPHI_AGENT_WINDOW 16384
#define RUNPHI_AGENT_FRAME_COST 512
#define RUNPHI_AGENT_DATA_MAX 4091 /* bytes of one DATA frame: the payload without its fields */
#define RUNPHI_AGENT_DESCRIPTION_MAX 1048576

/* The name of the port where the channel of the sessions is one of virtio-serial. */
#define RUNPHI_AGENT_SESSIONS_PORT "runphi.sessions"

#define RUNPHI_AGENT_STDIN 0
#define RUNPHI_AGENT_STDOUT 1
#define RUNPHI_AGENT_STDERR 2

/* host -> guest, on the agent channel: u8 version in use. The host is about to open sessions. */
#define RUNPHI_AGENT_SESSIONS 20
/* guest -> host, the answer: u8 version in use. Sessions go over the channel that carries this. */
#define RUNPHI_AGENT_READY 4

/* host -> guest, in a session */
/* u32 length of the process's description, 1 to RUNPHI_AGENT_DESCRIPTION_MAX: opens a session that
 * runs a process. DESCRIBE frames bring the description, which has the records of a process in
 * guest/phi-init/config_keys.h, or those of a file to copy; when it is complete, it is started. */
#define RUNPHI_AGENT_OPEN 32
#define RUNPHI_AGENT_DESCRIBE 33       /* bytes: the next part of the description */
#define RUNPHI_AGENT_STATS 34          /* opens a session that is answered by STATISTICS */
#define RUNPHI_AGENT_SESSION_SIGNAL 35 /* u8 signal, for the process */
#define RUNPHI_AGENT_SESSION_RESIZE 36 /* u16 rows, u16 columns of its terminal */
/* The host has lost interest: the process is killed, or the copy given up and what there is of it
 * removed; nothing more is said of the session. */
#define RUNPHI_AGENT_CLOSE 37

/* either way, in a session */
#define RUNPHI_AGENT_DATA 48   /* u8 stream, bytes; none: the end of stream 0 */
#define RUNPHI_AGENT_CREDIT 49 /* u8 stream, u32 units that the sender of the stream gets back */

/* guest -> host, in a session. The last three are its end. */
#define RUNPHI_AGENT_STARTED 64 /* u32 pid of the process in the guest */
/* u8 status: the process has ended (128+n for signal n), and what it wrote before has been sent. */
#define RUNPHI_AGENT_EXITED 65
/* u8 status, text: why it could not be done. Of a process that could not be started, the status
 * says how: 127 no such program, 126 not executable, 125 anything else. */
#define RUNPHI_AGENT_FAILED 66
/* Text, a line a figure, "NAME VALUE\n", of the guest's own view; unknown names are to be skipped:
 * memory_total, memory_available, memory_free, memory_cached, swap_total, swap_free (bytes),
 * load_1, load_5, load_15 (thousandths), processes, uptime (ms). */
#define RUNPHI_AGENT_STATISTICS 67

/* ---- version 3: lookups ------------------------------------------------------------------------
 *
 * An engine's name server may listen on a loopback address of the container's network namespace,
 * which in a guest leads to the guest itself. The host tells the guest these addresses (not over
 * this channel: phi-init finds them in the initramfs); the guest listens there, on the port of DNS,
 * and the host sends what comes on to the same address in the namespace. Nothing else can be
 * reached in this way: the guest names a server by its place in that list.
 *
 * A lookup is one datagram and its answer, or one connection. The guest numbers them, a number once
 * only, and has at most RUNPHI_AGENT_LOOKUPS_MAX at once; what is too much is dropped, as is what
 * finds a channel full. The host gives a datagram and a silent connection up after some time. Their
 * frames go over the agent channel; the payload of each begins with the number, a u32.
 */
#define RUNPHI_AGENT_LOOKUPS_MAX 32
#define RUNPHI_AGENT_RESOLVERS_MAX 3

/* guest -> host: u8 server, u8 transport, bytes: a datagram, or the next part of what goes into a
 * connection, of which the first opens it; none: the end of that. */
#define RUNPHI_AGENT_LOOKUP 5
#define RUNPHI_AGENT_LOOKUP_DATAGRAM 0
#define RUNPHI_AGENT_LOOKUP_CONNECTION 1
#define RUNPHI_AGENT_LOOKUP_MAX 4090 /* bytes of one LOOKUP frame */
/* host -> guest: bytes: the answer to a datagram, cut and marked as truncated if it is longer, or
 * the next part of what comes out of a connection; none: no more comes, the lookup is over. */
#define RUNPHI_AGENT_ANSWER 21
#define RUNPHI_AGENT_ANSWER_MAX 4092

#endif

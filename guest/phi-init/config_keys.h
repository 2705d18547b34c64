/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names in /.runphi/config, which the host's packer writes and phi-init reads. C11 and C++.
 *
 * The file is a sequence of records `key=value`, each ended by one NUL byte. The value is
 * everything after the first `=`. The order of records with the same key is kept. The first record
 * is `format=1`. An unknown key is an error: host and guest come from one build, and a setting that
 * confines the workload must not get lost in silence.
 */
#ifndef RUNPHI_GUEST_CONFIG_KEYS_H
#define RUNPHI_GUEST_CONFIG_KEYS_H

#define PHI_CONFIG_DIR "/.runphi"
#define PHI_CONFIG_INIT "/.runphi/init"
#define PHI_CONFIG_FILE "/.runphi/config"
#define PHI_CONFIG_MODULES "/.runphi/modules"
#define PHI_CONFIG_SHARE "/.runphi/share"

/* Kernel command line. */
#define PHI_CMDLINE_CONSOLE                                                                   \
    "runphi.console"                     /* device of the workload's stdio, below /dev: ttyS0 \
                                          */
#define PHI_CMDLINE_AGENT "runphi.agent" /* device of the agent protocol, below /dev: ttyS1 */
/* In place of both: RUNPHI_MEMORY_CHANNEL_WORD of runphi/memory_channel.h. */
/* modules of the channel for sessions, to load when the host asks for it; absent: the machine has
 * none, and sessions go over the agent channel */
#define PHI_CMDLINE_SESSIONS "runphi.sessions"
#define PHI_CMDLINE_MODULES "runphi.modules" /* modules to load, in order: a,b (no .ko) */

#define PHI_KEY_FORMAT "format"
#define PHI_FORMAT_VERSION "1"

/* The process. */
#define PHI_KEY_ARG "arg"       /* repeated: argv, in order */
#define PHI_KEY_ENV "env"       /* repeated: NAME=VALUE */
#define PHI_KEY_CWD "cwd"       /* absolute path */
#define PHI_KEY_UID "uid"       /* decimal */
#define PHI_KEY_GID "gid"       /* decimal */
#define PHI_KEY_GROUP "group"   /* repeated: additional gid, decimal */
#define PHI_KEY_UMASK "umask"   /* octal */
#define PHI_KEY_NNP "nnp"       /* 0 or 1: no_new_privs */
#define PHI_KEY_OOM "oom"       /* oom_score_adj, decimal, -1000 to 1000 */
#define PHI_KEY_RLIMIT "rlimit" /* repeated: RLIMIT_NOFILE SOFT HARD, decimal bytes or counts */

/* Capabilities: 64-bit masks in hexadecimal, without 0x. Read only if `caps` is 1. */
#define PHI_KEY_CAPS "caps"
#define PHI_KEY_CAP_BOUNDING "capbnd"
#define PHI_KEY_CAP_EFFECTIVE "capeff"
#define PHI_KEY_CAP_INHERITABLE "capinh"
#define PHI_KEY_CAP_PERMITTED "capprm"
#define PHI_KEY_CAP_AMBIENT "capamb"

/* The console. */
#define PHI_KEY_TERMINAL "terminal" /* 0: transparent bytes; 1: a controlling terminal */
#define PHI_KEY_ROWS "rows"
#define PHI_KEY_COLS "cols"

/* A file, in place of a program: of sessions only. The first `arg` is its path in the guest. */
#define PHI_KEY_COPY "copy"          /* PHI_COPY_IN or PHI_COPY_OUT; copy.h says how */
#define PHI_KEY_COPY_NAME "copyname" /* in: its name, where the path is a directory */
#define PHI_KEY_COPY_MODE "copymode" /* in: octal, up to 777 */
#define PHI_KEY_COPY_SIZE "copysize" /* in: decimal */
#define PHI_COPY_IN "in"
#define PHI_COPY_OUT "out"

/* The machine. */
#define PHI_KEY_HOSTNAME "hostname"
#define PHI_KEY_DOMAINNAME "domainname"
#define PHI_KEY_SYSCTL "sysctl" /* repeated: NAME=VALUE, dots or slashes in NAME */

/* File systems. */
#define PHI_KEY_MOUNT \
    "mount" /* repeated, in order: TYPE SEP SOURCE SEP DEST SEP OPTION,OPTION... */
#define PHI_MOUNT_SEPARATOR '\x1f'
/* A mount of this TYPE is an entry of the share, which SOURCE names: a directory or a file of the
 * host's. The share is a virtiofs of this tag, mounted as long as it takes to bind its entries. */
#define PHI_MOUNT_SHARE "share"
#define PHI_SHARE_TAG "runphi"
#define PHI_KEY_BINDRO \
    "bindro" /* repeated: a path that becomes read-only (a bind mount, copied in) */
/* repeated: a path that stays writable when the root is read-only (a bind mount, copied in) */
#define PHI_KEY_BINDRW "bindrw"
#define PHI_KEY_READONLY "readonly"          /* 0 or 1: the root file system is read-only */
#define PHI_KEY_MASKED "masked"              /* repeated: a path that is hidden */
#define PHI_KEY_READONLY_PATH "readonlypath" /* repeated: a path that becomes read-only */

#endif

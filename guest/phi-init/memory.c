/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "memory_relay.h"

enum { stack_size = 64 << 10, patience_ms = 5000 };

static struct phi_memory_relay relay;
static int done = -1; /* hangs up when the thread has moved everything; -1: there is no channel */

static void* run(void* unused) {
    (void)unused;
    phi_memory_relay_run(&relay);
    return NULL;
}

static bool start_thread(struct phi_failure* failure) {
    pthread_attr_t attributes;
    pthread_t thread;
    (void)pthread_attr_init(&attributes);
    (void)pthread_attr_setstacksize(&attributes, stack_size);
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    const int error = pthread_create(&thread, &attributes, run, NULL);
    (void)pthread_attr_destroy(&attributes);
    return error == 0 || phi_fail_errno(failure, PHI_STATUS_SETUP, error, "start a thread");
}

static void* map(const struct phi_early* early, uint64_t address, struct phi_failure* failure) {
    /* O_SYNC: without caches, as the host maps it. */
    const int fd = openat(early->dev, "mem", O_RDWR | O_SYNC | O_CLOEXEC);
    if (fd < 0) {
        phi_fail_errno(failure, PHI_STATUS_SETUP, errno,
                       "memory channel: open /dev/mem (the kernel needs CONFIG_DEVMEM)");
        return NULL;
    }
    void* at = mmap(NULL, RUNPHI_MEMORY_CHANNEL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                    (off_t)address);
    const int error = errno;
    close(fd);
    if (at != MAP_FAILED) return at;
    phi_fail_errno(failure, PHI_STATUS_SETUP, error,
                   "memory channel: map 0x%" PRIx64
                   " (it must not be System RAM of this kernel, nor may lockdown forbid it)",
                   address);
    return NULL;
}

static bool parse(const char* text, uint64_t* address, struct phi_failure* failure) {
    char* end;
    errno = 0;
    *address = strtoull(text, &end, 16);
    if (errno == 0 && end != text && *end == '\0' && *address != 0 &&
        *address % RUNPHI_MEMORY_CHANNEL_ALIGNMENT == 0)
        return true;
    return phi_fail(failure, PHI_STATUS_SETUP,
                    RUNPHI_MEMORY_CHANNEL_WORD "=%s: no address of a page", text);
}

bool phi_memory_open(const struct phi_early* early, const char* text, int* console, int* agent,
                     struct phi_failure* failure) {
    uint64_t address;
    int theirs[RUNPHI_MEMORY_LANES], ends[2];
    if (!parse(text, &address, failure)) return false;
    void* memory = map(early, address, failure);
    if (memory == NULL) return false;
    if (!runphi_memory_is_channel(memory))
        return phi_fail(failure, PHI_STATUS_SETUP, "memory channel: the host has begun none at %s",
                        text);
    if (!phi_memory_relay_begin(&relay, memory, theirs) || pipe2(ends, O_CLOEXEC) != 0)
        return phi_fail_errno(failure, PHI_STATUS_SETUP, errno, "memory channel: open a socket");
    relay.done = ends[1];
    if (!start_thread(failure)) return false;
    done = ends[0];
    *console = theirs[RUNPHI_MEMORY_CONSOLE];
    *agent = theirs[RUNPHI_MEMORY_AGENT];
    return true;
}

void phi_memory_end(int console, int agent, int status) {
    if (done < 0) return;
    (void)shutdown(console, SHUT_WR);
    (void)shutdown(agent, SHUT_WR);
    struct pollfd hung_up = {done, POLLIN, 0};
    (void)poll(&hung_up, 1, patience_ms);
    runphi_memory_end_guest(&relay.end, (unsigned)status);
}

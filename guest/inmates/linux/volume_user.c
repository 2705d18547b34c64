/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process of a Linux guest, for tests of volumes: copies /data/from-host to its standard
 * output, and what it says there to /data/from-guest. Static, so that an image of it alone is one,
 * on each architecture.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int main(void) {
    static const char words[] = "from the guest\n";
    char bytes[256];
    const int in = open("/data/from-host", O_RDONLY | O_CLOEXEC);
    const ssize_t got = read(in, bytes, sizeof bytes);
    if (got <= 0 || write(STDOUT_FILENO, bytes, (size_t)got) != got) return 1;
    const int out = open("/data/from-guest", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (write(out, words, strlen(words)) != (ssize_t)strlen(words) || fsync(out) != 0) return 2;
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "failure.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char* phi_errno_text(int number, char* buffer, unsigned long size) {
    (void)snprintf(buffer, size, "%s", strerror(number));
    buffer[0] = (char)tolower((unsigned char)buffer[0]);
    return buffer;
}

bool phi_fail(struct phi_failure* failure, int status, const char* format, ...) {
    failure->status = status;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(failure->text, sizeof failure->text, format, args);
    va_end(args);
    return false;
}

bool phi_fail_errno(struct phi_failure* failure, int status, int number, const char* format, ...) {
    failure->status = status;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(failure->text, sizeof failure->text, format, args);
    va_end(args);
    char reason[96];
    const size_t used = strlen(failure->text);
    (void)snprintf(failure->text + used, sizeof failure->text - used, ": %s",
                   phi_errno_text(number, reason, sizeof reason));
    return false;
}

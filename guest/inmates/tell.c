/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a question into memory that it shares with `hear`, and ends when the answer is there. */
#include "channel.h"
#include "inmate.h"

void inmate_main(void) {
    volatile uint32_t* shared = channel_memory();
    if (shared == NULL) {
        print("no shared memory\n");
        exit_with(1);
    }
    shared[word_answer] = silence;
    shared[word_question] = question;
    print("asked\n");
    while (shared[word_answer] != answer) continue;
    print("answered\n");
    exit_with(INMATE_STATUS);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Waits for the question of `tell`, and answers it. */
#include "channel.h"
#include "inmate.h"

void inmate_main(void) {
    volatile uint32_t* shared = channel_memory();
    if (shared == NULL) {
        print("no shared memory\n");
        exit_with(1);
    }
    while (shared[word_question] != question) continue;
    shared[word_question] = silence;
    shared[word_answer] = answer;
    print("heard\n");
    exit_with(INMATE_STATUS);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What `tell` and `hear` say to each other, in memory that they share. */
#ifndef RUNPHI_INMATE_CHANNEL_H
#define RUNPHI_INMATE_CHANNEL_H

enum { word_question, word_answer };
enum { silence = 0, question = 0x474e4950, answer = 0x474e4f50 }; /* PING, PONG */

#endif

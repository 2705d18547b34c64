/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers in the payload of a frame: little endian, at any address. */
#ifndef RUNPHI_GUEST_FIELDS_H
#define RUNPHI_GUEST_FIELDS_H

#include <stdint.h>

static inline uint64_t phi_number(const uint8_t* bytes, unsigned count) {
    uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static inline uint16_t phi_u16(const uint8_t* bytes) {
    return (uint16_t)phi_number(bytes, 2);
}

static inline uint32_t phi_u32(const uint8_t* bytes) {
    return (uint32_t)phi_number(bytes, 4);
}

static inline void phi_put_u32(uint8_t* bytes, uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) bytes[i] = (uint8_t)(value >> (8 * i));
}

#endif

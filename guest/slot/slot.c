/* SPDX-License-Identifier: Apache-2.0 */
#include "guest/slot/slot.h"

#include <stddef.h>

typedef uint64_t __attribute__((may_alias)) word;

static volatile struct runphi_slot_status* status_of(const struct slot* slot) {
    return (volatile struct runphi_slot_status*)(void*)(slot->window + RUNPHI_SLOT_STATUS);
}

static volatile struct runphi_slot_control* control_of(const struct slot* slot) {
    return (volatile struct runphi_slot_control*)(void*)(slot->window + RUNPHI_SLOT_CONTROL);
}

static uint64_t staging_size(const struct slot* slot) {
    return slot->window_size - RUNPHI_SLOT_STAGING;
}

/* ---- memory: aligned accesses only, which no compiler may join or turn into a call
 * ----------------------------------- */

static void copy(uint8_t* to, const uint8_t* from, uint64_t size) {
    const bool words = (((uintptr_t)to ^ (uintptr_t)from) & 7) == 0;
    for (; size > 0 && (!words || ((uintptr_t)to & 7) != 0); --size)
        *(volatile uint8_t*)to++ = *(const volatile uint8_t*)from++;
    for (; size >= 8; size -= 8, to += 8, from += 8)
        *(volatile word*)(void*)to = *(const volatile word*)(const void*)from;
    for (; size > 0; --size) *(volatile uint8_t*)to++ = *(const volatile uint8_t*)from++;
}

static void zero(uint8_t* at, uint64_t size) {
    for (; size > 0 && ((uintptr_t)at & 7) != 0; --size) *(volatile uint8_t*)at++ = 0;
    for (; size >= 8; size -= 8, at += 8) *(volatile word*)(void*)at = 0;
    for (; size > 0; --size) *(volatile uint8_t*)at++ = 0;
}

/* What a guest's caches hold would be written back over the zeros later, and what they have read
 * would be found instead of them. */
static void scrub(const struct slot* slot) {
    for (uint32_t i = 0; i < slot->ram_count; ++i) {
        const struct slot_ram* ram = &slot->ram[i];
        slot_drop_caches(ram->at, ram->range.size);
        zero(ram->at, ram->range.size);
        slot_drop_caches(ram->at, ram->range.size);
    }
    slot_drop_instructions();
}

/* ---- ranges
 * ----------------------------------------------------------------------------------------------------
 */

static bool is_within(uint64_t base, uint64_t size, uint64_t outer_base, uint64_t outer_size) {
    return base >= outer_base && base - outer_base <= outer_size &&
           size <= outer_size - (base - outer_base);
}

/* Where the stub finds the guest's memory; NULL if it is not the guest's, whole and in one piece.
 */
static uint8_t* ram_at(const struct slot* slot, uint64_t address, uint64_t size) {
    for (uint32_t i = 0; i < slot->ram_count; ++i) {
        const struct slot_ram* ram = &slot->ram[i];
        if (is_within(address, size, ram->range.base, ram->range.size))
            return ram->at + (address - ram->range.base);
    }
    return NULL;
}

/* ---- commands: each returns a result
 * ---------------------------------------------------------------------------- */

static uint32_t load(struct slot* slot, const struct runphi_slot_control* control) {
    volatile struct runphi_slot_status* status = status_of(slot);
    if (status->state != RUNPHI_SLOT_IDLE && status->state != RUNPHI_SLOT_LOADED)
        return RUNPHI_SLOT_BAD_STATE;
    if (control->size == 0 || !is_within(control->offset, control->size, 0, staging_size(slot)))
        return RUNPHI_SLOT_BAD_SOURCE;
    uint8_t* to = ram_at(slot, control->target, control->size);
    if (to == NULL) return RUNPHI_SLOT_BAD_TARGET;
    copy(to, slot->window + RUNPHI_SLOT_STAGING + control->offset, control->size);
    slot_drop_caches(to, control->size);
    slot_drop_instructions();
    status->state = RUNPHI_SLOT_LOADED;
    return RUNPHI_SLOT_OK;
}

static uint32_t start(struct slot* slot, const struct runphi_slot_control* control) {
    volatile struct runphi_slot_status* status = status_of(slot);
    if (status->state != RUNPHI_SLOT_LOADED || control->run == 0) return RUNPHI_SLOT_BAD_STATE;
    if (control->entry % 4 != 0 || ram_at(slot, control->entry, 4) == NULL)
        return RUNPHI_SLOT_BAD_ENTRY;
    zero(slot->window + RUNPHI_SLOT_GUEST, RUNPHI_SLOT_PAGE);
    slot->entry = control->entry;
    slot->argument = control->argument;
    status->run = control->run;
    status->runs = status->runs + 1;
    status->exit_told = 0;
    status->exit_code = 0;
    status->fault_syndrome = status->fault_address = status->fault_data = 0;
    status->state = RUNPHI_SLOT_RUNNING;
    return RUNPHI_SLOT_OK;
}

static uint32_t reset(struct slot* slot) {
    scrub(slot);
    status_of(slot)->state = RUNPHI_SLOT_IDLE;
    return RUNPHI_SLOT_OK;
}

static uint32_t obey(struct slot* slot, const struct runphi_slot_control* control) {
    if (control->magic != RUNPHI_SLOT_CONTROL_MAGIC || control->version != RUNPHI_SLOT_VERSION)
        return RUNPHI_SLOT_BAD_MAGIC;
    switch (control->command) {
        case RUNPHI_SLOT_NONE:
        case RUNPHI_SLOT_STOP:
            return RUNPHI_SLOT_OK;
        case RUNPHI_SLOT_RESET:
            return reset(slot);
        case RUNPHI_SLOT_LOAD:
            return load(slot, control);
        case RUNPHI_SLOT_START:
            return start(slot, control);
        default:
            return RUNPHI_SLOT_BAD_COMMAND;
    }
}

static void acknowledge(const struct slot* slot, uint32_t seq, uint32_t result) {
    volatile struct runphi_slot_status* status = status_of(slot);
    status->result = result;
    slot_barrier();
    status->acked = seq;
    slot_barrier();
}

enum slot_todo slot_poll(struct slot* slot) {
    volatile struct runphi_slot_status* status = status_of(slot);
    status->ticks = status->ticks + 1;
    const uint32_t seq = control_of(slot)->seq;
    if (seq == status->acked) return SLOT_WAIT;
    slot_barrier();
    /* Once: what stands in the window may change while it is looked at. */
    struct runphi_slot_control control;
    copy((uint8_t*)&control, slot->window + RUNPHI_SLOT_CONTROL, sizeof control);
    const uint32_t result = obey(slot, &control);
    acknowledge(slot, seq, result);
    return result == RUNPHI_SLOT_OK && control.command == RUNPHI_SLOT_START ? SLOT_ENTER
                                                                            : SLOT_WAIT;
}

/* ---- beginning, and beginning again
 * ----------------------------------------------------------------------------- */

static void publish(const struct slot* slot, uint32_t state) {
    volatile struct runphi_slot_status* status = status_of(slot);
    status->version = RUNPHI_SLOT_VERSION;
    status->state = state;
    status->window_size = slot->window_size;
    status->return_address = slot->return_address;
    status->ram_count = slot->ram_count;
    for (uint32_t i = 0; i < slot->ram_count; ++i) {
        status->ram[i].base = slot->ram[i].range.base;
        status->ram[i].size = slot->ram[i].range.size;
    }
    slot_barrier();
    status->magic = RUNPHI_SLOT_STATUS_MAGIC;
    slot_barrier();
}

void slot_begin(struct slot* slot) {
    volatile struct runphi_slot_status* status = status_of(slot);
    const bool again =
        status->magic == RUNPHI_SLOT_STATUS_MAGIC && status->version == RUNPHI_SLOT_VERSION;
    const uint32_t boots = again ? status->boots : 0, runs = again ? status->runs : 0;
    zero(slot->window + RUNPHI_SLOT_STATUS, RUNPHI_SLOT_PAGE);
    scrub(slot);
    status->boots = boots + 1;
    status->runs = runs;
    acknowledge(slot, control_of(slot)->seq, RUNPHI_SLOT_OK);
    publish(slot, RUNPHI_SLOT_IDLE);
}

/* Of a guest that has not told its status in x0, but has ended in its memory channel: what its
 * state is there. */
static bool status_in_channel(const struct slot* slot, uint32_t* code) {
    const volatile struct runphi_memory_side* host =
        (const volatile struct runphi_memory_side*)(void*)(slot->window + RUNPHI_SLOT_CHANNEL +
                                                           RUNPHI_MEMORY_HOST_SIDE);
    const volatile struct runphi_memory_side* guest =
        (const volatile struct runphi_memory_side*)(void*)(slot->window + RUNPHI_SLOT_CHANNEL +
                                                           RUNPHI_MEMORY_GUEST_SIDE);
    if (guest->magic != RUNPHI_MEMORY_CHANNEL_MAGIC || guest->generation != host->generation)
        return false;
    const uint32_t state = guest->state;
    if ((state & 0xff) != RUNPHI_MEMORY_ENDED) return false;
    *code = state >> RUNPHI_MEMORY_STATUS_SHIFT & 0xff;
    return true;
}

/* What was asked of the guest meanwhile, a STOP, stands there still: the next poll obeys it. */
void slot_resume(struct slot* slot, const struct slot_end* end) {
    volatile struct runphi_slot_status* status = status_of(slot);
    /* The guest may have had the window in its caches. */
    slot_drop_caches(slot->window, RUNPHI_SLOT_STAGING);
    const bool failed = end->crashed || end->kind == RUNPHI_SLOT_RETURN_CRASH;
    uint32_t code = (uint32_t)end->value & 0xff;
    bool told = !failed && end->kind == RUNPHI_SLOT_RETURN_EXIT;
    if (!failed && !told) told = status_in_channel(slot, &code);
    scrub(slot);
    status->exit_told = told ? 1 : 0;
    status->exit_code = told ? code : 0;
    status->fault_syndrome = end->syndrome;
    status->fault_address = end->address;
    status->fault_data = end->data;
    slot_barrier();
    publish(slot, failed ? RUNPHI_SLOT_FAULTED : RUNPHI_SLOT_EXITED);
}

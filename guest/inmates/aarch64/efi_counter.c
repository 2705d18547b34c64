/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A UEFI application for tests of disks: counts in the second sector of the disk that it was
 * started from how often that was, prints "uefi, boot N", and powers off. The tables are those of
 * the UEFI specification, 2.10; of each what is used, and what stands before it.
 */
#include <stddef.h>
#include <stdint.h>

typedef uint64_t status;
typedef void* handle;
struct guid {
    uint32_t a;
    uint16_t b, c;
    uint8_t d[8];
};

struct text_output { /* 12.4 */
    void* reset;
    status (*output)(struct text_output*, const uint16_t* text);
};
struct runtime_services { /* 4.5 */
    uint8_t header[24];
    void* before[10];
    void (*reset_system)(uint32_t type, status, uint64_t size, const void* data);
};
struct boot_services { /* 4.4 */
    uint8_t header[24];
    void* before[16];
    status (*handle_protocol)(handle, const struct guid*, void** protocol);
};
struct system_table { /* 4.3 */
    uint8_t header[24];
    void* vendor;
    uint64_t revision;
    void *input_handle, *input, *output_handle;
    struct text_output* output;
    void *error_handle, *error;
    struct runtime_services* runtime;
    struct boot_services* boot;
};
struct loaded_image { /* 9.1 */
    uint64_t revision;
    handle parent;
    struct system_table* table;
    handle device;
};
struct block_io { /* 13.9 */
    uint64_t revision;
    const uint32_t* media; /* which begins with its id */
    void* reset;
    status (*read)(struct block_io*, uint32_t media, uint64_t sector, uint64_t size, void* to);
    status (*write)(struct block_io*, uint32_t media, uint64_t sector, uint64_t size,
                    const void* from);
    status (*flush)(struct block_io*);
};

enum { counter_sector = 1, sector_size = 512, shut_down = 2 };

static const struct guid loaded_image_protocol = {
    0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct guid block_io_protocol = {
    0x964e5b21, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};

static const uint16_t booted[] = u"uefi, boot ";
static const uint16_t failed[] = u"the disk cannot be read or written\r\n";

/* The new count; 0 if the disk refuses. */
static unsigned count(struct boot_services* boot, handle self) {
    struct loaded_image* image;
    struct block_io* disk;
    uint8_t sector[sector_size] __attribute__((aligned(sector_size)));
    if (boot->handle_protocol(self, &loaded_image_protocol, (void**)&image) != 0 ||
        boot->handle_protocol(image->device, &block_io_protocol, (void**)&disk) != 0 ||
        disk->read(disk, *disk->media, counter_sector, sizeof sector, sector) != 0)
        return 0;
    ++sector[0];
    if (disk->write(disk, *disk->media, counter_sector, sizeof sector, sector) != 0 ||
        disk->flush(disk) != 0)
        return 0;
    return sector[0];
}

status efi_main(handle self, struct system_table* table);
status efi_main(handle self, struct system_table* table) {
    struct text_output* out = table->output;
    const unsigned boots = count(table->boot, self);
    if (boots == 0 || boots > 9) {
        (void)out->output(out, failed);
    } else {
        const uint16_t digit[] = {(uint16_t)(u'0' + boots), u'\r', u'\n', 0};
        (void)out->output(out, booted);
        (void)out->output(out, digit);
    }
    table->runtime->reset_system(shut_down, 0, 0, NULL);
    return 0;
}

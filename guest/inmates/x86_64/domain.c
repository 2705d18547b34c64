/* SPDX-License-Identifier: Apache-2.0 */
/* A Xen domain of the type PVH (Xen's public headers: arch-x86/cpuid.h, hvm/hvm_op.h, hvm/params.h,
 * io/console.h, event_channel.h, sched.h): the console is Xen's own, a ring in a page that the
 * toolstack has chosen. There is no agent channel. */
#include "../inmate.h"

const char machine_name[] = "x86_64, Xen";

enum { page_size = 4096, call_size = 32 };
enum { call_sched_op = 29, call_event_channel_op = 32, call_hvm_op = 34 };
enum {
    hvmop_get_param = 1,
    param_console_pfn = 17,
    param_console_evtchn = 18,
    domid_self = 0x7ff0
};
enum { evtchnop_send = 4 };
enum { sched_op_yield = 0, sched_op_shutdown = 2, sched_op_poll = 3 };
enum { shutdown_poweroff = 0, shutdown_reboot = 1, shutdown_crash = 3 };

struct ring {
    char in[1024], out[2048];
    volatile uint32_t in_cons, in_prod, out_cons, out_prod;
};

static uint8_t hypercalls[page_size] __attribute__((aligned(page_size)));
/* Waits for one of so many ports, or until a time. */
struct poll {
    const uint32_t* ports;
    uint32_t count;
    uint64_t until; /* ns of Xen's time; 0: no limit */
};

static struct ring* ring;
static uint32_t port;
static uint64_t ticks_per_ms;

static long hypercall(unsigned number, uintptr_t first, const void* second) {
    long result;
    register uintptr_t rdi __asm__("rdi") = first;
    register uintptr_t rsi __asm__("rsi") = (uintptr_t)second;
    __asm__ volatile("call *%[entry]"
                     : "=a"(result), "+r"(rdi), "+r"(rsi)
                     : [entry] "r"(hypercalls + number * call_size)
                     : "rcx", "rdx", "r8", "r9", "r10", "r11", "memory");
    return result;
}

struct leaf {
    uint32_t a, b, c, d;
};

static struct leaf cpuid(uint32_t number) {
    struct leaf out;
    __asm__ volatile("cpuid"
                     : "=a"(out.a), "=b"(out.b), "=c"(out.c), "=d"(out.d)
                     : "a"(number), "c"(0));
    return out;
}

/* Xen's leaves lie behind those of another interface, if the domain has one. */
static uint32_t xen_leaves(void) {
    for (uint32_t base = 0x40000000; base < 0x40010000; base += 0x100) {
        const struct leaf at = cpuid(base);
        if (at.b == 0x566e6558 && at.c == 0x65584d4d && at.d == 0x4d4d566e) return base;
    }
    for (;;) __asm__ volatile("cli; hlt"); /* no domain of Xen's, so nobody to say it to */
}

static uint64_t parameter(uint32_t index) {
    struct {
        uint16_t domid, pad;
        uint32_t index;
        uint64_t value;
    } what = {domid_self, 0, index, 0};
    (void)hypercall(call_hvm_op, hvmop_get_param, &what);
    return what.value;
}

/* ---- exceptions
 * --------------------------------------------------------------------------------- */

enum { exceptions = 32, code_selector = 8, interrupt_gate = 0x8e };

static struct gate {
    uint16_t offset_low, selector;
    uint8_t stack, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
} gates[exceptions];

void exception_entry(void);
__asm__(
    ".globl exception_entry\n"
    "exception_entry:\n"
    "    leaq stack_top(%rip), %rsp\n"
    "    call machine_exception\n");

static void take_exceptions(void) {
    const uintptr_t entry = (uintptr_t)exception_entry;
    for (unsigned i = 0; i < exceptions; ++i)
        gates[i] =
            (struct gate){(uint16_t)entry,         code_selector,           0, interrupt_gate,
                          (uint16_t)(entry >> 16), (uint32_t)(entry >> 32), 0};
    const struct {
        uint16_t limit;
        uintptr_t base;
    } __attribute__((packed)) table = {sizeof gates - 1, (uintptr_t)gates};
    __asm__ volatile("lidt %0" : : "m"(table));
}

/* ---- the machine
 * -------------------------------------------------------------------------------- */

void machine_init(void) {
    take_exceptions();
    const uint32_t leaves = xen_leaves();
    ticks_per_ms = cpuid(leaves + 3).c; /* of the domain's TSC, in kHz */
    const uint64_t page = (uintptr_t)hypercalls;
    __asm__ volatile("wrmsr"
                     :
                     : "c"(cpuid(leaves + 2).b), "a"((uint32_t)page), "d"((uint32_t)(page >> 32))
                     : "memory");
    ring = (struct ring*)(uintptr_t)(parameter(param_console_pfn) * page_size);
    port = (uint32_t)parameter(param_console_evtchn);
}

static void wake_console(void) {
    (void)hypercall(call_event_channel_op, evtchnop_send, &port);
}

void console_put(char byte) {
    const uint32_t at = ring->out_prod;
    while (at - ring->out_cons >= sizeof ring->out)
        (void)hypercall(call_sched_op, sched_op_yield, NULL);
    ring->out[at % sizeof ring->out] = byte;
    __asm__ volatile("" ::: "memory"); /* x86 keeps the order of stores */
    ring->out_prod = at + 1;
    if (byte == '\n' || at + 1 - ring->out_cons == sizeof ring->out) wake_console();
}

int console_get(void) {
    const uint32_t at = ring->in_cons;
    if (at == ring->in_prod) return -1;
    __asm__ volatile("" ::: "memory");
    const char byte = ring->in[at % sizeof ring->in];
    __asm__ volatile("" ::: "memory");
    ring->in_cons = at + 1;
    wake_console();
    return (uint8_t)byte;
}

static void shut_down(uint32_t reason) __attribute__((noreturn));
static void shut_down(uint32_t reason) {
    wake_console();
    (void)hypercall(call_sched_op, sched_op_shutdown, &reason);
    for (;;) __asm__ volatile("hlt");
}

void machine_power_off(void) {
    shut_down(shutdown_poweroff);
}

void machine_reset(void) {
    shut_down(shutdown_reboot);
}

void machine_crash(void) {
    __asm__ volatile("ud2");
    __builtin_unreachable();
}

/* What the guest's own fault handler would say to Xen. */
void machine_exception(void);
void machine_exception(void) {
    print("unhandled exception\n");
    shut_down(shutdown_crash);
}

static uint64_t ticks(void) {
    uint32_t low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

void machine_sleep(unsigned milliseconds) {
    const uint64_t until = ticks() + milliseconds * ticks_per_ms;
    while (ticks() < until) (void)hypercall(call_sched_op, sched_op_yield, NULL);
}

void machine_rest(void) {
    const struct poll nothing = {NULL, 0, 0};
    for (;;) (void)hypercall(call_sched_op, sched_op_poll, &nothing);
}

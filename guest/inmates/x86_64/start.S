/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry: 32-bit protected mode, paging off, flat segments; the PVH boot ABI (Xen's docs/misc/pvh.pandoc)
 * through the note of the ELF file, or a jump to the first byte of the flat binary. Goes on in long mode
 * with the first 4 GiB mapped one to one, since the registers of the machine are below 4 GiB.
 */
#define CR0_PE_PG 0x80000001
#define CR4_PAE 0x20
#define MSR_EFER 0xc0000080
#define EFER_LME 0x100
#define PAGE_PRESENT_WRITE 0x3
#define PAGE_LARGE 0x80
#define XEN_ELFNOTE_PHYS32_ENTRY 18

    .section .text.start, "ax"
    .code32
    .globl _start
_start:
    cli
    cld
    movl $stack_top, %esp
    /* A flat binary brings no zeroed data. */
    movl $bss_begin, %edi
    movl $bss_end, %ecx
    subl %edi, %ecx
    xorl %eax, %eax
    rep stosb
    /* PVH: where the start info is. A flat binary finds whatever is there, and does not look. */
    movl %ebx, boot_info

    movl $page_directory_pointers + PAGE_PRESENT_WRITE, page_map
    movl $page_directories + PAGE_PRESENT_WRITE, %eax
    movl $page_directory_pointers, %edi
    movl $4, %ecx
1:  movl %eax, (%edi)
    addl $4096, %eax
    addl $8, %edi
    loop 1b
    movl $PAGE_PRESENT_WRITE + PAGE_LARGE, %eax
    movl $page_directories, %edi
    movl $2048, %ecx
2:  movl %eax, (%edi)
    addl $0x200000, %eax
    addl $8, %edi
    loop 2b

    movl $CR4_PAE, %eax
    movl %eax, %cr4
    movl $page_map, %eax
    movl %eax, %cr3
    movl $MSR_EFER, %ecx
    rdmsr
    orl $EFER_LME, %eax
    wrmsr
    movl $CR0_PE_PG, %eax
    movl %eax, %cr0
    lgdt gdt_pointer
    ljmp $8, $long_mode

    .code64
long_mode:
    movl $16, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %ss
    movq $stack_top, %rsp
    call inmate_start
3:  hlt
    jmp 3b

    .section .rodata
    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff /* 64-bit code */
    .quad 0x00cf93000000ffff /* data */
gdt_pointer:
    .word gdt_pointer - gdt - 1
    .long gdt

    .section .note.Xen, "a", @note
    .balign 4
    .long 4, 4, XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long _start

    .section .bss
    .globl boot_info, stack_top
    .balign 4096
page_map:
    .skip 4096
page_directory_pointers:
    .skip 4096
page_directories:
    .skip 4 * 4096
boot_info:
    .skip 16
    .skip 16384
stack_top:

    .section .note.GNU-stack, "", @progbits

/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a UEFI application: Microsoft's Portable Executable and COFF specification, PE32+. A page; the
   file is laid out as it is in memory, and can be anywhere there, for nothing in it holds an address. */
#define PAGE 4096

    .section .header, "a"
    .ascii  "MZ"
    .org    0x3c
    .long   pe
pe: .ascii  "PE\0\0"
    .short  0xaa64                      // arm64
    .short  1                           // sections
    .long   0, 0, 0
    .short  section - optional
    .short  0x0206                      // an executable without debugging information
optional:
    .short  0x020b                      // PE32+
    .byte   0, 0
    .long   image_size - PAGE, 0, 0     // code; data with and without a content
    .long   efi_main                    // the entry
    .long   PAGE                        // where the code begins
    .quad   0                           // the address it is made for; any other will do
    .long   PAGE, 512                   // alignment in memory, and in the file
    .short  0, 0, 0, 0, 0, 0
    .long   0
    .long   image_size
    .long   PAGE                        // of this header
    .long   0
    .short  10                          // a UEFI application
    .short  0
    .quad   0, 0, 0, 0
    .long   0
    .long   6                           // directories, all empty
    .quad   0, 0, 0, 0, 0, 0
section:
    .ascii  ".text\0\0\0"
    .long   image_size - PAGE, PAGE, image_size - PAGE, PAGE
    .long   0, 0, 0
    .long   0xe0000020                  // code, to be read, written and executed
    .org    PAGE

    .section .note.GNU-stack, "", @progbits

# SPDX-License-Identifier: Apache-2.0
# Toolchain file: cross build for arm64 against unpacked packages in RUNPHI_SYSROOT; tests run under QEMU's
# user emulation. See packaging/cross-build.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CROSSCOMPILING_EMULATOR "qemu-aarch64-static")
# Tests find the cross compiler's C library by themselves: -L of the emulator would put its folder before every
# path that a test opens, and with the loader as the program /proc/self/exe would be the loader.
set(sysroot_libraries "${RUNPHI_SYSROOT}/usr/lib/aarch64-linux-gnu:${RUNPHI_SYSROOT}/lib/aarch64-linux-gnu")
set(RUNPHI_TEST_LINK_OPTIONS "-Wl,--dynamic-linker=/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1"
  "-Wl,-rpath,/usr/aarch64-linux-gnu/lib:${sysroot_libraries}")
# What runs a program that was built to be installed: with the loader as the program, and without -L, as above.
set(RUNPHI_PROGRAM_EMULATOR "qemu-aarch64-static" "/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1"
  "--library-path" "/usr/aarch64-linux-gnu/lib:${sysroot_libraries}")

list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES RUNPHI_SYSROOT)
# Not CMAKE_SYSROOT: the compiler's own C library stays where the cross compiler has it.
set(CMAKE_FIND_ROOT_PATH "${RUNPHI_SYSROOT}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_CXX_FLAGS_INIT "-isystem ${RUNPHI_SYSROOT}/usr/include")
set(CMAKE_C_FLAGS_INIT "-isystem ${RUNPHI_SYSROOT}/usr/include")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-L${RUNPHI_SYSROOT}/usr/lib/aarch64-linux-gnu")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-L${RUNPHI_SYSROOT}/usr/lib/aarch64-linux-gnu")

// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <elf.h>
#include <gtest/gtest.h>
#include <link.h>
#include <runphi/abi.h>
#include <runphi/agent.h>
#include <runphi/memory_channel.h>

#include <cstring>
#include <type_traits>

namespace {

// The C++ side sees the numbers that layout.c proves for C.
#define SIZE(name, bytes, alignment)             \
    static_assert(sizeof(name) == (bytes));      \
    static_assert(alignof(name) == (alignment)); \
    static_assert(std::is_standard_layout_v<name> && std::is_trivially_copyable_v<name>)
#define AT(name, field, offset) static_assert(offsetof(name, field) == (offset))
#include "layout.inc"
#undef SIZE
#undef AT

TEST(Layout, MagicIsReadableInTheFile) {
    const std::uint64_t magic = RUNPHI_ENTRY_MAGIC;
    EXPECT_EQ(std::memcmp(&magic, "RUNPHI\0\1", sizeof magic), 0);
}

TEST(Layout, ResultsAreAsReleased) {
    EXPECT_EQ(RUNPHI_OK, 0);
    EXPECT_EQ(RUNPHI_INVALID, 1);
    EXPECT_EQ(RUNPHI_UNSUPPORTED, 2);
    EXPECT_EQ(RUNPHI_NO_RESOURCE, 3);
    EXPECT_EQ(RUNPHI_BUSY, 4);
    EXPECT_EQ(RUNPHI_NOT_FOUND, 5);
    EXPECT_EQ(RUNPHI_EXISTS, 6);
    EXPECT_EQ(RUNPHI_DENIED, 7);
    EXPECT_EQ(RUNPHI_TIMEOUT, 8);
    EXPECT_EQ(RUNPHI_IO, 9);
    EXPECT_EQ(RUNPHI_HYPERVISOR, 10);
    EXPECT_EQ(RUNPHI_INTERNAL, 11);
}

TEST(Layout, EntryIsOneDataSymbol) {
    void* library = ::dlopen(FAKE_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(library, nullptr) << ::dlerror();
    void* entry = ::dlsym(library, RUNPHI_ENTRY_SYMBOL);
    ASSERT_NE(entry, nullptr);
    Dl_info info{};
    void* found = nullptr;
    ASSERT_NE(::dladdr1(entry, &info, &found, RTLD_DL_SYMENT), 0);
    ASSERT_NE(found, nullptr);
    const auto* symbol = static_cast<const ElfW(Sym)*>(found);
    EXPECT_EQ(ELF64_ST_TYPE(symbol->st_info), STT_OBJECT);
    // AddressSanitizer puts a red zone behind it.
    EXPECT_GE(symbol->st_size, sizeof(runphi_plugin));
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "plugins/jailhouse/format/model.hpp"
#include "unit/jailhouse/samples.hpp"

// The machine that the model of Jailhouse stands for.
namespace phi::test {

using namespace jailhouse_test;

// Where no machine that runs this has memory: all of it is the model's.
inline constexpr std::uint64_t ram = 0x200000000000, pool = ram + 0x1000000;

#if defined(__x86_64__)
inline constexpr jh::Arch machine_arch = jh::Arch::x86;
#else
inline constexpr jh::Arch machine_arch = jh::Arch::arm64;
#endif

inline constexpr const char* board = R"({"format": "runphi.board/1", "name": "model",
    "cpus": {"ids": "1-3"},
    "memory": {"pools": [{"name": "cells", "base": "0x200001000000", "size": "64M"}],
               "alignment": "2M", "minimum": "2M"},
    "limits": {"name_max": 31}})";

}  // namespace phi::test

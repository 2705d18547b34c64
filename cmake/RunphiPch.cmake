# SPDX-License-Identifier: Apache-2.0
# Precompiled headers: half of the time of a build is the standard library's and GoogleTest's headers. The test
# programs always share one. The modules have theirs unless RUNPHI_PCH=OFF, with which every file must name the headers
# that it needs: so it is built for `./test lint`.

option(RUNPHI_PCH "Precompile the standard library's headers for the modules, too" ON)

# For ccache: the date of a precompiled header does not matter, its content does.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(pch_options "SHELL:-Xclang -fno-pch-timestamp")
else()
  set(pch_options -fpch-preprocess)
endif()

# Not <filesystem>: its std::quoted would be taken for ours.
# A header that does not fit is not used, and nothing is wrong but the time.
set(CMAKE_PCH_WARN_INVALID OFF)

set(std_headers <algorithm> <array> <charconv> <chrono> <cstdint> <cstdlib> <cstring> <functional> <limits>
  <map> <memory> <optional> <set> <string> <string_view> <utility> <vector>)

# pch_of(TARGET HEADERS...): the headers, for this target and for those that reuse them. C has none.
function(pch_of target)
  target_precompile_headers(${target} PRIVATE ${ARGN})
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${pch_options}>)
  target_link_libraries(${target} PRIVATE runphi_flags)
  # Made anew for each build: one from a cache may have been made beside other headers.
  set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER "")
endfunction()

# runphi_use_pch(TARGET OWNER): what `OWNER` has precompiled.
function(runphi_use_pch target owner)
  target_precompile_headers(${target} REUSE_FROM ${owner})
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${pch_options}>)
endfunction()

file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/pch/none.cpp" CONTENT "int main() {}\n")
if(RUNPHI_PCH)
  add_library(runphi_pch OBJECT "${PROJECT_BINARY_DIR}/pch/none.cpp")
  pch_of(runphi_pch ${std_headers})
  # With what every file of a plugin includes.
  add_library(runphi_plugin_pch OBJECT "${PROJECT_BINARY_DIR}/pch/none.cpp")
  pch_of(runphi_plugin_pch ${std_headers} <runphi/sdk.hpp>)
  target_link_libraries(runphi_plugin_pch PRIVATE runphi_sdk)
endif()
if(RUNPHI_TESTS)
  # A program, for its code is not compiled as a library's.
  find_package(GTest REQUIRED)
  add_executable(runphi_test_pch EXCLUDE_FROM_ALL "${PROJECT_BINARY_DIR}/pch/none.cpp")
  pch_of(runphi_test_pch <gtest/gtest.h> ${std_headers} <filesystem> <fstream> <sstream>)
  target_link_libraries(runphi_test_pch PRIVATE GTest::gtest)
  target_compile_options(runphi_test_pch PRIVATE -O0)
endif()

# SPDX-License-Identifier: Apache-2.0
# How every target of ours is built: one place for the language level, the warnings and the hardening.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# -O3 makes these programs larger and no faster.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

set(Boost_USE_STATIC_LIBS ON)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache wants to be told before it keeps what was compiled with a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(runphi_flags INTERFACE)
target_compile_options(runphi_flags INTERFACE
  $<$<COMPILE_LANGUAGE:C,CXX>:-Wall -Wextra -Wconversion -Wshadow -Werror
    -fstack-protector-strong -ffunction-sections -fdata-sections>)
# GCC 12 sees an overlap in std::string's own operator+ where there is none (its bug 105329).
target_compile_options(runphi_flags INTERFACE
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-restrict>)
target_link_options(runphi_flags INTERFACE -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now)
target_compile_definitions(runphi_flags INTERFACE RUNPHI_VERSION="${PROJECT_VERSION}")
if(RUNPHI_SANITIZE)
  target_compile_options(runphi_flags INTERFACE $<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=${RUNPHI_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer>)
  target_link_options(runphi_flags INTERFACE -fsanitize=${RUNPHI_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(runphi_flags INTERFACE
      $<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizer-ignore.txt>)
  endif()
else()
  # Start-up is the cost that users feel: no shared C++ runtime to relocate.
  add_library(runphi_static_runtime INTERFACE)
  target_link_options(runphi_static_runtime INTERFACE -static-libstdc++ -static-libgcc)
endif()

include(RunphiPch)

# runphi_library(NAME SOURCES... [DEPENDS TARGETS...]): one module of core/, a static library phi_NAME.
function(runphi_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(phi_${name} STATIC ${ARG_SOURCES})
  target_include_directories(phi_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(phi_${name} PUBLIC ${ARG_DEPENDS} PRIVATE runphi_flags)
  if(RUNPHI_PCH)
    runphi_use_pch(phi_${name} runphi_pch)
  endif()
endfunction()

# runphi_plugin_library(NAME SOURCES... [DEPENDS TARGETS...]): all of a plugin but its entry, so that the unit tests
# see the same code as the plugin.
function(runphi_plugin_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC runphi_sdk PRIVATE runphi_flags ${ARG_DEPENDS})
  if(RUNPHI_PCH)
    runphi_use_pch(${name} runphi_plugin_pch)
  endif()
endfunction()

# All plugins that are installed.
add_custom_target(backends)

# runphi_backend(ID SOURCES... [DEPENDS TARGETS...]): one plugin, build/backends/ID/{runphi-backend-ID.so,plugin.json}.
function(runphi_backend id)
  cmake_parse_arguments(ARG "NO_INSTALL" "MANIFEST" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_MANIFEST)
    set(ARG_MANIFEST "${CMAKE_CURRENT_SOURCE_DIR}/plugin.json")
  endif()
  set(target runphi_backend_${id})
  add_library(${target} MODULE ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME "runphi-backend-${id}"
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/backends/${id}")
  target_link_libraries(${target} PRIVATE runphi_sdk runphi_flags ${ARG_DEPENDS})
  if(TARGET runphi_static_runtime)
    target_link_libraries(${target} PRIVATE runphi_static_runtime)
  endif()
  configure_file("${ARG_MANIFEST}" "${PROJECT_BINARY_DIR}/backends/${id}/plugin.json" COPYONLY)
  if(NOT ARG_NO_INSTALL)
    add_dependencies(backends ${target})
    install(TARGETS ${target} LIBRARY DESTINATION lib/runphi/backends/${id} COMPONENT backend-${id})
    install(FILES "${ARG_MANIFEST}" DESTINATION lib/runphi/backends/${id} COMPONENT backend-${id} RENAME plugin.json)
  endif()
endfunction()

# What the suite of a label runs, for builds that run no other.
foreach(label unit fake cli crash e2e clients)
  add_custom_target(tests_${label})
endforeach()

# runphi_test(NAME SOURCES... [DEPENDS TARGETS...]): one GoogleTest program, registered with CTest as NAME; with
# ALSO_ON_OLD_KERNEL a second time as NAME_linux_5_3, without the system calls that came after Linux 5.3. User
# emulation has no seccomp to take them away with, and lacks most of them anyway.
function(runphi_test name)
  cmake_parse_arguments(ARG "ALSO_ON_OLD_KERNEL" "LABEL" "SOURCES;DEPENDS;DEFINES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${name} PRIVATE ${ARG_DEFINES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gtest GTest::gtest_main runphi_flags)
  target_link_options(${name} PRIVATE ${RUNPHI_TEST_LINK_OPTIONS})
  # How fast a test's own code runs matters less than how fast it is built.
  target_compile_options(${name} PRIVATE -O0)
  runphi_use_pch(${name} runphi_test_pch)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/bin")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL})
  add_dependencies(tests_${ARG_LABEL} ${name})
  if(ARG_ALSO_ON_OLD_KERNEL)
    target_sources(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests/support/old_kernel.cpp")
    target_link_libraries(${name} PRIVATE runphi_test_kernel)
    if(NOT CMAKE_CROSSCOMPILING)
      add_test(NAME ${name}_linux_5_3 COMMAND ${name})
      # One behind the other: both write a report of the program's name.
      set_tests_properties(${name}_linux_5_3 PROPERTIES LABELS ${ARG_LABEL} ENVIRONMENT RUNPHI_TEST_KERNEL=5.3
        DEPENDS ${name})
    endif()
  endif()
endfunction()

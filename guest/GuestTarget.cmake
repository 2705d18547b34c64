# SPDX-License-Identifier: Apache-2.0
# Programs for guests are made by the compiler of the guest's architecture, so CMake's own targets, which
# know one compiler, do not serve.

# runphi_guest_compiler(ARCH VARIABLE): the C compiler for guests of ARCH, empty if there is none. Sets
# RUNPHI_GUEST_COMPONENT_ARCH, too, the component that such guests are installed with: a node's own are in the package
# `runphi`, whatever other compilers were there when it was built.
function(runphi_guest_compiler arch variable)
  string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" host)
  set(RUNPHI_GUEST_COMPONENT_${arch} foreign-guests PARENT_SCOPE)
  if(host STREQUAL arch OR (arch STREQUAL x86_64 AND host STREQUAL amd64)
     OR (arch STREQUAL aarch64 AND host STREQUAL arm64))
    set(${variable} "${CMAKE_C_COMPILER}" PARENT_SCOPE)
    set(RUNPHI_GUEST_COMPONENT_${arch} runphi PARENT_SCOPE)
    return()
  endif()
  find_program(RUNPHI_CROSS_CC_${arch} NAMES ${arch}-linux-gnu-gcc
               DOC "C compiler for guests of ${arch}")
  if(RUNPHI_CROSS_CC_${arch})
    set(${variable} "${RUNPHI_CROSS_CC_${arch}}" PARENT_SCOPE)
  else()
    set(${variable} "" PARENT_SCOPE)
  endif()
endfunction()

# runphi_guest_program(OUTPUT FILE COMPILER CC SOURCES... HEADERS... FLAGS...): one compiler call from
# sources to a linked program.
function(runphi_guest_program)
  cmake_parse_arguments(ARG "" "OUTPUT;COMPILER" "SOURCES;HEADERS;FLAGS" ${ARGN})
  set(sources)
  foreach(source ${ARG_SOURCES})
    list(APPEND sources "${CMAKE_CURRENT_SOURCE_DIR}/${source}")
  endforeach()
  set(headers)
  foreach(header ${ARG_HEADERS})
    get_filename_component(header "${header}" ABSOLUTE)
    list(APPEND headers "${header}")
  endforeach()
  get_filename_component(folder "${ARG_OUTPUT}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")
  file(RELATIVE_PATH name "${PROJECT_BINARY_DIR}" "${ARG_OUTPUT}")
  # No path of the build machine gets into the program.
  add_custom_command(OUTPUT "${ARG_OUTPUT}"
    COMMAND "${ARG_COMPILER}" -std=gnu11 -Os -Wall -Wextra -Wconversion -Wshadow -Werror
            "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=." -I "${PROJECT_SOURCE_DIR}/plugin-api/include"
            ${ARG_FLAGS} ${sources} -o "${ARG_OUTPUT}"
    DEPENDS ${sources} ${headers}
    COMMENT "Building ${name}"
    VERBATIM)
endfunction()

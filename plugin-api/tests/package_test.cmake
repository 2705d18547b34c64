# SPDX-License-Identifier: Apache-2.0
# What the author of a backend does: installs plugin-api alone, builds the example against it and checks
# it. The installed tree is moved first, for a package must not remember where it was made.
#   cmake -DBUILD=... -DGENERATOR=... -DCXX=... -DLIBDIR=lib -DRUNPHI=... -P package_test.cmake
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT result EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}: ${result}\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

execute_process(COMMAND mktemp -d /tmp/runphi-package-XXXXXX OUTPUT_VARIABLE work
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
run("${CMAKE_COMMAND}" --install "${BUILD}" --component plugin-api --prefix "${work}/first")
file(RENAME "${work}/first" "${work}/moved")
set(share "${work}/moved/share/runphi-plugin-api")

# A copy of the example, as its page says, so that nothing is found by its place.
file(COPY "${share}/example/" DESTINATION "${work}/mine")
run("${CMAKE_COMMAND}" -S "${work}/mine" -B "${work}/build" -G "${GENERATOR}"
  "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_PREFIX_PATH=${work}/moved")
file(READ "${work}/build/CMakeCache.txt" cache)
string(FIND "${cache}" "${work}/moved/${LIBDIR}/cmake/runphi-plugin-api" at)
if(at EQUAL -1)
  message(FATAL_ERROR "another package than the installed one was found")
endif()
run("${CMAKE_COMMAND}" --build "${work}/build")
run("${CMAKE_COMMAND}" --install "${work}/build" --prefix "${work}/node")

file(WRITE "${work}/text" "hello from the example\n")
run("${work}/moved/bin/runphi-plugin-check" --inmate "${work}/text"
  "${work}/node/lib/runphi/backends/example/runphi-backend-example.so")
if(NOT output MATCHES "ok    manifest\n" OR NOT output MATCHES "\n[0-9]+ ok, 0 failed, ")
  message(FATAL_ERROR "the example does not pass:\n${output}")
endif()

# The unchanged core runs a container with it.
file(MAKE_DIRECTORY "${work}/bundle/rootfs/boot")
file(COPY_FILE "${work}/text" "${work}/bundle/rootfs/boot/inmate")
file(WRITE "${work}/bundle/config.json" [[{"ociVersion": "1.0.2", "root": {"path": "rootfs"},
  "process": {"cwd": "/", "args": ["x"], "env": ["INMATE=/boot/inmate"]}}]])
file(WRITE "${work}/runphi.json" "{\"backend\": \"example\", \"state_dir\": \"${work}/state\",
  \"backends_dir\": \"${work}/node/lib/runphi/backends\", \"board\": \"${work}/board.json\"}")
run("${CMAKE_COMMAND}" -E env "RUNPHI_CONFIG=${work}/runphi.json"
  "${RUNPHI}" run --bundle "${work}/bundle" "package-test")
if(NOT output STREQUAL "hello from the example\n")
  message(FATAL_ERROR "the container printed: ${output}")
endif()

foreach(schema board plan plugin stats)
  if(NOT EXISTS "${share}/schema/${schema}.json")
    message(FATAL_ERROR "schema ${schema}.json is not installed")
  endif()
endforeach()
file(REMOVE_RECURSE "${work}")

# SPDX-License-Identifier: Apache-2.0
set(RUNPHI_EXPORTS_MAP "${CMAKE_CURRENT_LIST_DIR}/exports.map")

# runphi_add_backend(ID SOURCES... [MANIFEST plugin.json] [LINK LIBRARIES...])
# One backend: BUILD/ID/{runphi-backend-ID.so,plugin.json}, installed as PREFIX/lib/runphi/backends/ID.
function(runphi_add_backend id)
  cmake_parse_arguments(ARG "" "MANIFEST" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_MANIFEST)
    set(ARG_MANIFEST "${CMAKE_CURRENT_SOURCE_DIR}/plugin.json")
  endif()
  set(target runphi-backend-${id})
  add_library(${target} MODULE ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES
    PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${id}"
    LINK_DEPENDS "${RUNPHI_EXPORTS_MAP}")
  target_link_libraries(${target} PRIVATE runphi::plugin-api ${ARG_LINK})
  # Now, not in the middle of a container's life: every symbol must be there when it is loaded.
  target_link_options(${target} PRIVATE "LINKER:--version-script=${RUNPHI_EXPORTS_MAP}"
    "LINKER:-z,defs" "LINKER:-z,now")
  configure_file("${ARG_MANIFEST}" "${CMAKE_CURRENT_BINARY_DIR}/${id}/plugin.json" COPYONLY)
  install(TARGETS ${target} LIBRARY DESTINATION lib/runphi/backends/${id})
  install(FILES "${ARG_MANIFEST}" DESTINATION lib/runphi/backends/${id} RENAME plugin.json)
endfunction()

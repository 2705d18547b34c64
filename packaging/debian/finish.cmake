# SPDX-License-Identifier: Apache-2.0
# CPack calls this when all packages' files lie in their folders: manual pages and changelogs are compressed there, and
# the upstream changelog is added.
file(GLOB roots "${CPACK_TEMPORARY_DIRECTORY}/*/usr")
foreach(root ${roots})
  file(GLOB documents "${root}/share/doc/*")
  foreach(document ${documents})
    configure_file("${CPACK_RUNPHI_CHANGELOG}" "${document}/changelog" COPYONLY)
  endforeach()
  file(GLOB_RECURSE texts "${root}/share/man/*" "${root}/share/doc/*/changelog*")
  if(texts)
    execute_process(COMMAND gzip -9nf ${texts} COMMAND_ERROR_IS_FATAL ANY)
    list(TRANSFORM texts APPEND .gz)
    file(CHMOD ${texts} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  endif()
endforeach()

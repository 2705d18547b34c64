# SPDX-License-Identifier: Apache-2.0
# A unity build compiles the files of a target that are in one folder as one: half of the time, and smaller programs. A
# folder, not so many files: whatever file comes or goes, the same names have to be unique.

# runphi_unity_groups(FOLDER): for all targets of the folder and those below it. C is compiled file by file: it has no
# namespaces, and what is static in one file would be seen in all.
function(runphi_unity_groups folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "EXECUTABLE|STATIC_LIBRARY|MODULE_LIBRARY|OBJECT_LIBRARY")
      continue()
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    # GCC takes the files of a unity build for headers, in which a class may have no field of an anonymous type.
    target_compile_options(${target} PRIVATE
      $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage>)
    get_target_property(sources ${target} SOURCES)
    foreach(source IN LISTS sources)
      if(source MATCHES "\\.cpp$")
        get_filename_component(path "${source}" ABSOLUTE BASE_DIR "${folder}")
        get_filename_component(group "${path}" DIRECTORY)
        file(RELATIVE_PATH group "${PROJECT_SOURCE_DIR}" "${group}")
        string(MAKE_C_IDENTIFIER "${group}" group)
        set_source_files_properties("${path}" DIRECTORY "${folder}" PROPERTIES UNITY_GROUP "${group}")
      endif()
    endforeach()
  endforeach()
  get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    runphi_unity_groups("${below}")
  endforeach()
endfunction()

# SPDX-License-Identifier: Apache-2.0
# The Debian packages, by CPack: one of each component. `packaging/build-packages` builds them.
set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_PACKAGE_NAME runphi)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "runPHI developers <maintainers@runphi.org>")
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Compresses what Debian wants compressed.
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/finish.cmake")
set(CPACK_RUNPHI_DEBIAN "${CMAKE_CURRENT_LIST_DIR}")
set(CPACK_RUNPHI_CHANGELOG "${PROJECT_SOURCE_DIR}/CHANGELOG.md")

string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" CPACK_DEBIAN_PACKAGE_ARCHITECTURE)
string(REPLACE x86_64 amd64 CPACK_DEBIAN_PACKAGE_ARCHITECTURE "${CPACK_DEBIAN_PACKAGE_ARCHITECTURE}")
string(REPLACE aarch64 arm64 CPACK_DEBIAN_PACKAGE_ARCHITECTURE "${CPACK_DEBIAN_PACKAGE_ARCHITECTURE}")

# dpkg-shlibdeps knows the libraries of the machine that it runs on; a cross build's are not installed there. So the
# dependencies are named, the C library with the version that was built with, and tests/packages finds what is missing.
file(WRITE "${PROJECT_BINARY_DIR}/libc-version.c" "#include <features.h>\n__GLIBC__ __GLIBC_MINOR__\n")
execute_process(COMMAND "${CMAKE_C_COMPILER}" -E -P "${PROJECT_BINARY_DIR}/libc-version.c"
  OUTPUT_VARIABLE libc_version OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "^.*\n" "" libc_version "${libc_version}")
string(REPLACE " " "." libc_version "${libc_version}")
set(libc "libc6 (>= ${libc_version})")
set(same_runphi "runphi (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")

# runphi_package(COMPONENT NAME TITLE TEXT DEPENDS... [RECOMMENDS...] [SUGGESTS...] [SECTION S] [SCRIPTS FILE...]): the
# package NAME of a component, with its copyright, changelog and lintian overrides.
function(runphi_package component name title text)
  cmake_parse_arguments(ARG "" "SECTION" "DEPENDS;RECOMMENDS;SUGGESTS;SCRIPTS" ${ARGN})
  string(TOUPPER "${component}" upper)
  set(here "${PROJECT_SOURCE_DIR}/packaging/debian")
  install(FILES "${here}/copyright" DESTINATION "share/doc/${name}" COMPONENT ${component})
  install(FILES "${here}/changelog" DESTINATION "share/doc/${name}" COMPONENT ${component} RENAME changelog.Debian)
  if(EXISTS "${here}/${name}.lintian-overrides")
    install(FILES "${here}/${name}.lintian-overrides" DESTINATION share/lintian/overrides COMPONENT ${component}
      RENAME ${name})
  endif()
  list(JOIN ARG_DEPENDS ", " depends)
  list(JOIN ARG_RECOMMENDS ", " recommends)
  list(JOIN ARG_SUGGESTS ", " suggests)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME "${name}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_FILE_NAME DEB-DEFAULT PARENT_SCOPE)
  set(CPACK_COMPONENT_${upper}_DESCRIPTION "${title}\n${text}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "${title}\n${text}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "${depends}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_RECOMMENDS "${recommends}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_SUGGESTS "${suggests}" PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA "${ARG_SCRIPTS}" PARENT_SCOPE)
  if(ARG_SECTION)
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION "${ARG_SECTION}" PARENT_SCOPE)
  endif()
  set(CPACK_COMPONENTS_ALL ${CPACK_COMPONENTS_ALL} ${component} PARENT_SCOPE)
endfunction()

# runphi_backend_package(ID TITLE TEXT ...): that of a backend, as above. It is not removed while it has partitions.
macro(runphi_backend_package id title text)
  set(BACKEND ${id})
  configure_file("${CMAKE_CURRENT_LIST_DIR}/backend.prerm.in" "${PROJECT_BINARY_DIR}/debian/${id}/prerm" @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  runphi_package(backend-${id} runphi-backend-${id} "${title}" "${text}" ${ARGN}
    SCRIPTS "${PROJECT_BINARY_DIR}/debian/${id}/prerm")
endmacro()

set(debian "${CMAKE_CURRENT_LIST_DIR}")
set(CPACK_COMPONENTS_ALL)
runphi_package(runphi runphi
  "OCI runtime that runs a container as a partition of the hardware"
  "runphi takes the place of runc under containerd, Docker, Podman or Kubernetes.
A container that asks for it gets CPUs, memory, devices and channels of its
own behind a partitioning hypervisor; every other one goes on to runc.
.
Installing this package changes nothing for the engines that are there:
runphi-configure does. Each hypervisor is a package of its own."
  # The tool that unpacks a guest's kernel needs all but the first.
  DEPENDS ${libc} "libgcc-s1" "liblz4-1" "liblzma5" "libstdc++6 (>= 12)" "libzstd1" "zlib1g"
  RECOMMENDS runphi-backend-qemu runc
  SUGGESTS "containerd | docker.io | podman | cri-o"
  SCRIPTS "${debian}/prerm" "${debian}/postrm")

if(CPACK_DEBIAN_PACKAGE_ARCHITECTURE STREQUAL "arm64")
  set(qemu qemu-system-arm)
  set(qemu_firmware qemu-efi-aarch64)
else()
  set(qemu qemu-system-x86)
  set(qemu_firmware)
endif()
runphi_backend_package(qemu
  "QEMU backend of runPHI"
  "A container that is a partition becomes a virtual machine of QEMU, with KVM or
without. It works on any machine."
  DEPENDS ${same_runphi} ${libc} ${qemu} SUGGESTS ${qemu_firmware})
runphi_backend_package(jailhouse
  "Jailhouse backend of runPHI"
  "A container that is a partition becomes a cell of the Jailhouse hypervisor,
whose driver and root cell configuration are the board's."
  DEPENDS ${same_runphi} ${libc})
if(TARGET runphi_xen_helper)
  # runphi-xen-4.17
  get_target_property(helper runphi_xen_helper OUTPUT_NAME)
  string(REGEX REPLACE ".*-" "" xen "${helper}")
  set(xen_libraries "libxenmisc${xen}" libxenforeignmemory1 libxengnttab1 libxenevtchn1)
  set(xen_tools "xen-utils-${xen}" "xen-hypervisor-${xen}-${CPACK_DEBIAN_PACKAGE_ARCHITECTURE}")
endif()
runphi_backend_package(xen
  "Xen backend of runPHI"
  "A container that is a partition becomes a Xen domain, made with libxenlight.
runPHI runs in dom0."
  DEPENDS ${same_runphi} ${libc} ${xen_libraries} RECOMMENDS ${xen_tools})
if(TARGET runphi_backend_bao)
  runphi_backend_package(bao
    "Bao backend of runPHI"
    "A container that is a partition is put into a slot, a virtual machine that the
Bao hypervisor has started with the board."
    DEPENDS ${same_runphi} ${libc})
endif()
runphi_package(plugin-api runphi-plugin-dev
  "files to write a backend of runPHI"
  "The contract between runPHI and its backends: the C header, an SDK for C++, the
schemas, an example that is complete, and runphi-plugin-check, which takes a
backend through the contract."
  SECTION libdevel DEPENDS ${libc} rapidjson-dev RECOMMENDS "g++ | clang" cmake SUGGESTS runphi)

# What packages are made of.
add_custom_target(installed)
foreach(target runphi runphi-configure runphi-prepare-guest runphi-plugin-check phi_init inmates slot_stub backends)
  if(TARGET ${target})
    add_dependencies(installed ${target})
  endif()
endforeach()

include(CPack)

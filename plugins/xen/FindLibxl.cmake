# SPDX-License-Identifier: Apache-2.0
# libxl, by its files: pkg-config knows those of one machine, and what is built may be for another one. Sets
# RUNPHI_LIBXL, RUNPHI_LIBXENCTRL, RUNPHI_LIBXENSTORE, RUNPHI_XEN_LIBRARIES, RUNPHI_LIBXL_INCLUDE and
# RUNPHI_LIBXL_VERSION ("4.17"); the last is empty without them.
find_library(RUNPHI_LIBXL libxenlight.so DOC "libxl (Debian: libxen-dev)")
# Their ABI is the same in all releases.
set(RUNPHI_XEN_LIBRARIES)
foreach(name xentoollog xenforeignmemory xengnttab xenevtchn)
  find_library(RUNPHI_LIB_${name} lib${name}.so DOC "lib${name} (Debian: libxen-dev)")
  list(APPEND RUNPHI_XEN_LIBRARIES ${RUNPHI_LIB_${name}})
endforeach()
# What libxl itself asks the hypervisor and xenstored with: its ABI is that of the release, too.
find_library(RUNPHI_LIBXENCTRL libxenctrl.so DOC "libxenctrl (Debian: libxen-dev)")
find_library(RUNPHI_LIBXENSTORE libxenstore.so DOC "libxenstore (Debian: libxen-dev)")
find_path(RUNPHI_LIBXL_INCLUDE libxl.h)
set(RUNPHI_LIBXL_VERSION)
if(RUNPHI_LIBXL AND RUNPHI_LIBXENCTRL AND RUNPHI_LIBXENSTORE AND RUNPHI_LIBXL_INCLUDE AND
   NOT RUNPHI_XEN_LIBRARIES MATCHES NOTFOUND)
  # libxenlight.so is a link to libxenlight.so.4.17.0 or .so.4.17.
  file(REAL_PATH "${RUNPHI_LIBXL}" file)
  if(file MATCHES "\\.so\\.([0-9]+\\.[0-9]+)")
    set(RUNPHI_LIBXL_VERSION "${CMAKE_MATCH_1}")
  endif()
endif()

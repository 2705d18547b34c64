# SPDX-License-Identifier: Apache-2.0
# libxl, by its files: pkg-config knows those of one machine, and what is built may be for another one. Sets
# RUNPHI_LIBXL, RUNPHI_TOOLLOG, RUNPHI_XENFOREIGNMEMORY, RUNPHI_LIBXL_INCLUDE and RUNPHI_LIBXL_VERSION ("4.17"); the last is empty without it.
find_library(RUNPHI_LIBXL libxenlight.so DOC "libxl (Debian: libxen-dev)")
find_library(RUNPHI_TOOLLOG libxentoollog.so DOC "libxentoollog (Debian: libxen-dev)")
find_library(RUNPHI_XENFOREIGNMEMORY libxenforeignmemory.so DOC "libxenforeignmemory (Debian: libxen-dev)")
find_path(RUNPHI_LIBXL_INCLUDE libxl.h)
set(RUNPHI_LIBXL_VERSION)
if(RUNPHI_LIBXL AND RUNPHI_TOOLLOG AND RUNPHI_XENFOREIGNMEMORY AND RUNPHI_LIBXL_INCLUDE)
  # libxenlight.so is a link to libxenlight.so.4.17.0 or .so.4.17.
  file(REAL_PATH "${RUNPHI_LIBXL}" file)
  if(file MATCHES "\\.so\\.([0-9]+\\.[0-9]+)")
    set(RUNPHI_LIBXL_VERSION "${CMAKE_MATCH_1}")
  endif()
endif()

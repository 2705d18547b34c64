// SPDX-License-Identifier: Apache-2.0
#pragma once

// The only place where libxl's headers are read: C, and of one version of Xen. The API level is
// that of Xen 4.14, which later ones keep.
#define LIBXL_API_VERSION 0x041400

extern "C" {
#include <libxl.h>
#include <libxl_event.h>
#include <libxl_utils.h>
#include <xentoollog.h>
}

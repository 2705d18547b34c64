// SPDX-License-Identifier: Apache-2.0
#pragma once

// The only place where libxenctrl's header is read: C, with GNU's extensions, and of one version
// of Xen.
#pragma push_macro("__STRICT_ANSI__")
#undef __STRICT_ANSI__
extern "C" {
#include <xenctrl.h>
}
#pragma pop_macro("__STRICT_ANSI__")

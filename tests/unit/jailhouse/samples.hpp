// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugins/jailhouse/format/layout.hpp"
#include "plugins/jailhouse/format/model.hpp"

// The models that the golden files hold (tests/golden/jailhouse).
namespace jailhouse_test {

namespace jh = runphi::jailhouse;

// cell-LAYOUT and system-LAYOUT: arm64, with something in all that the layout has.
jh::Cell sample_cell(jh::Layout layout);
jh::System sample_system(jh::Layout layout);
// cell-x86-LAYOUT and system-x86-LAYOUT.
jh::Cell sample_x86_cell();
jh::System sample_x86_system();

}  // namespace jailhouse_test

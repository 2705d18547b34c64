// SPDX-License-Identifier: Apache-2.0
// The backend through the conformance kit for plugins, on a Xen that is one.
#include "core/base/text.hpp"
#include "runphi.hpp"

namespace phi::test {
namespace {

TEST(Check, HoldsThePluginContract) {
    const Leftovers before;
    const Result checked = run_program(
        {"/usr/bin/runphi-plugin-check", "--memory", "33554432", "--inmate",
         text(inmates, "/spin", inmate_kind), "/usr/lib/runphi/backends/xen/runphi-backend-xen.so"},
        {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"});
    EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
    EXPECT_EQ(before.after_a_while(), "");
}

}  // namespace
}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
// What is tried in dom0, as root, on a Xen that is nobody else's; `run` boots one.
#include <gtest/gtest.h>

#include "report.hpp"

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new phi::test::Report);
    return RUN_ALL_TESTS();
}

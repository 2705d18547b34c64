// SPDX-License-Identifier: Apache-2.0
#include "core/base/stdio.hpp"
#include "core/cli/dispatch.hpp"

int main(int argc, char** argv) {
    phi::ensure_stdio();
    return phi::cli::dispatch(argc, argv);
}

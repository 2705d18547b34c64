// SPDX-License-Identifier: Apache-2.0
// What engines call. Two thirds of the time of a short command is the start of its program, so this
// one is small, static, and does only what most calls want; the rest is runphi-core's.
#include <unistd.h>

#include <exception>

#include "core/base/error.hpp"
#include "core/base/stdio.hpp"
#include "core/base/text.hpp"
#include "core/front/core_program.hpp"
#include "core/front/serve.hpp"

namespace {

int tell(const phi::Error& error) {
    const std::string line = phi::text("runphi: ", error.message(), "; ", error.hint(), '\n');
    [[maybe_unused]] const auto told = ::write(STDERR_FILENO, line.data(), line.size());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    phi::ensure_stdio();
    if (phi::front::serve(argc, argv)) return 0;
    try {
        phi::front::become_core(argv);
    } catch (const phi::Error& error) {
        return tell(error);
    }
}

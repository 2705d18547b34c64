// SPDX-License-Identifier: Apache-2.0
#include "answer.hpp"

#include <cstdio>
#include <cstdlib>

#include "files.hpp"

namespace runphi::xen {

std::string failure_answer(const sdk::Error& error) {
    sdk::JsonWriter out;
    out.object().field("code", static_cast<std::uint64_t>(error.code()));
    out.field("error", error.message());
    if (!error.hint().empty()) out.field("hint", error.hint());
    return out.end_object().text();
}

int run_program(const char* name, int argc, char** argv,
                const std::function<int(const std::vector<std::string>&)>& run) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name, error.what());
        return EXIT_FAILURE;
    }
}

void answer_once(const std::function<std::string()>& answer) {
    std::string line;
    try {
        line = answer();
    } catch (const sdk::Error& error) {
        line = failure_answer(error);
    }
    write_all(1, line.append("\n"), "the answer");
}

}  // namespace runphi::xen

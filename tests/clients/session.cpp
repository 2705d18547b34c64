// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <memory>

#include "stage.hpp"

namespace phi::test::session {

namespace {

Client* the_client = nullptr;
std::unique_ptr<Stage> current;

}  // namespace

void begin(Client& client) {
    the_client = &client;
}

Client& client() {
    return *the_client;
}

Stage& stage(Kind kind) {
    if (!current || current->kind != kind) {
        current.reset();
        current = std::make_unique<Stage>(*the_client, kind);
    }
    return *current;
}

void end() {
    current.reset();
}

}  // namespace phi::test::session

// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <memory>

#include "client.hpp"
#include "scene.hpp"

namespace phi::test::session {

namespace {

Client* the_client = nullptr;
std::unique_ptr<Scene> current;

}  // namespace

void begin(Client& client) {
    the_client = &client;
}

Client& client() {
    return *the_client;
}

Scene& scene(Kind kind) {
    if (!current || current->kind != kind) {
        current.reset();
        current = the_client->scene(kind);
    }
    return *current;
}

void end() {
    current.reset();
}

}  // namespace phi::test::session

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "matrix.hpp"

namespace phi::test {

class Client;
class Scene;

// The one client of this process, started when the first cell asks for it.
namespace session {

void begin(Client& client);
Client& client();
// The scene of this kind. The one of another kind is cleared away first: an inmate that spins costs
// the others a CPU.
Scene& scene(Kind kind);
void end();

}  // namespace session

}  // namespace phi::test

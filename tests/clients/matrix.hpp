// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

// The matrix: client x operation x kind of container. A cell is one test.
namespace phi::test {

class Scene;

// Who runs a container. Bits, so that a row can name several.
enum Kind : unsigned {
    vanilla = 1,    // stock runc: the baseline
    forwarded = 2,  // runphi, which hands it to runc
    guest = 4,      // a Linux partition
    inmate = 8      // a bare-metal partition
};
inline constexpr unsigned ordinary = vanilla | forwarded;
inline constexpr unsigned processes = ordinary | guest;
inline constexpr unsigned partitions = guest | inmate;
inline constexpr unsigned every_kind = processes | inmate;

enum ClientId : unsigned { ctr = 1, docker = 2, podman = 4, cri = 8 };
inline constexpr unsigned engines = docker | podman;
inline constexpr unsigned every_client = ctr | engines;  // whose user types words

struct Row {
    // `its_check` takes the kind of scene that these clients make.
    template <typename OneScene>
    Row(const char* its_title, unsigned its_clients, unsigned its_kinds,
        void (*its_check)(OneScene&))
        : title(its_title),
          clients(its_clients),
          kinds(its_kinds),
          check([its_check](Scene& scene) { its_check(dynamic_cast<OneScene&>(scene)); }) {}

    const char* title;
    unsigned clients;                   // that have such an operation
    unsigned kinds;                     // to which it means something
    std::function<void(Scene&)> check;  // throws Mismatch
};

// A row that a kind of container does not pass, and how that shows.
struct Difference {
    unsigned clients;
    const char* row;
    unsigned kinds;
    const char* shows;   // is in what the client said
    const char* reason;  // a sentence for docs/clients.md
};

const std::vector<Row>& rows();
const std::vector<Difference>& differences();

// The entry for a cell; nullptr when it is to pass.
const Difference* difference(ClientId client, const std::string& row, Kind kind);

// Registers a test for each cell of this client, kind by kind.
void register_cells(ClientId client);

// The table of these clients and its differences, as docs/clients.md shows them.
std::string matrix_markdown(const std::vector<ClientId>& clients);

const char* name_of(ClientId client);
const char* name_of(Kind kind);

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

// The matrix: client x operation x kind of container. A cell is one test.
namespace phi::test {

class Stage;

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

enum ClientId : unsigned { ctr = 1, docker = 2, podman = 4 };
inline constexpr unsigned engines = docker | podman;
inline constexpr unsigned every_client = ctr | engines;

struct Row {
    const char* title;
    unsigned clients;       // that have such an operation
    unsigned kinds;         // to which it means something
    void (*check)(Stage&);  // throws Mismatch
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
// What differs for good.
const std::vector<Difference>& lasting_differences();
// What this build refuses and a later one will not: lines to be deleted, nothing else.
const std::vector<Difference>& not_built_yet();

// The entry for a cell; nullptr when it is to pass.
const Difference* difference(ClientId client, const std::string& row, Kind kind);

// Registers a test for each cell of this client, kind by kind.
void register_cells(ClientId client);

// The table and its differences, as docs/clients.md shows them.
std::string matrix_markdown();

const char* name_of(ClientId client);
const char* name_of(Kind kind);

}  // namespace phi::test

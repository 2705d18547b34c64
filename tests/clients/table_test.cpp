// SPDX-License-Identifier: Apache-2.0
// docs/clients.md shows the matrix that the suites prove. RUNPHI_UPDATE_DOCS=1 writes it there.
#include <gtest/gtest.h>
#include <stdlib.h>

#include "core/base/text.hpp"
#include "matrix.hpp"
#include "support/sandbox.hpp"

namespace phi::test {
namespace {

// A table of the document: between two marks with its name.
void expect_table(const std::string& name, const std::vector<ClientId>& clients) {
    const std::string begins = text("<!-- ", name, " begins -->\n");
    const std::string ends = text("<!-- ", name, " ends -->\n");
    const std::string document = read_text(DOCUMENT);
    const auto from = document.find(begins);
    const auto to = document.find(ends);
    ASSERT_TRUE(from != std::string::npos && to != std::string::npos && from < to) << DOCUMENT;
    const std::string wanted = text(document.substr(0, from), begins, "\n",
                                    matrix_markdown(clients), "\n", document.substr(to));
    if (::getenv("RUNPHI_UPDATE_DOCS") != nullptr) write_text(DOCUMENT, wanted);
    EXPECT_EQ(read_text(DOCUMENT), wanted) << "run this test with RUNPHI_UPDATE_DOCS=1";
}

TEST(ClientsTable, IsTheOneInTheDocument) {
    expect_table("the matrix", {ctr, docker, podman});
}

TEST(ClientsTable, OfPodsIsTheOneInTheDocument) {
    expect_table("the matrix of pods", {cri});
}

// A line that names no row would never be looked at.
TEST(ClientsTable, NamesRowsThatThereAre) {
    for (const auto& entry : differences()) {
        unsigned clients = 0;
        unsigned kinds = 0;
        for (const Row& row : rows()) {
            if (std::string(row.title) != entry.row) continue;
            clients = row.clients;
            kinds = row.kinds;
        }
        EXPECT_EQ(entry.clients & ~clients, 0U) << entry.row;
        EXPECT_EQ(entry.kinds & ~kinds, 0U) << entry.row;
        EXPECT_STRNE(entry.shows, "") << entry.row;
    }
}

}  // namespace
}  // namespace phi::test

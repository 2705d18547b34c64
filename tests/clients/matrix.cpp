// SPDX-License-Identifier: Apache-2.0
#include "matrix.hpp"

#include <gtest/gtest.h>

#include "client.hpp"
#include "core/base/text.hpp"
#include "scene.hpp"
#include "session.hpp"

namespace phi::test {

const char* name_of(ClientId client) {
    switch (client) {
        case ctr:
            return "ctr";
        case cri:
            return "cri";
        case docker:
            return "docker";
        case podman:
            break;
    }
    return "podman";
}

const char* name_of(Kind kind) {
    switch (kind) {
        case vanilla:
            return "vanilla";
        case forwarded:
            return "forwarded";
        case guest:
            return "linux";
        case inmate:
            break;
    }
    return "inmate";
}

const Difference* difference(ClientId client, const std::string& row, Kind kind) {
    for (const auto& entry : differences()) {
        if ((entry.clients & client) != 0 && (entry.kinds & kind) != 0 && entry.row == row) {
            return &entry;
        }
    }
    return nullptr;
}

namespace {

// Empty: the cell is as a user expects.
std::string mismatch(const Row& row, Scene& scene) {
    try {
        row.check(scene);
        return {};
    } catch (const Mismatch& found) {
        return found.what();
    }
}

class Cell : public ::testing::Test {
  public:
    Cell(const Row& row, ClientId client, Kind kind) : row_(row), client_(client), kind_(kind) {}

    void TestBody() override {
        Scene& scene = session::scene(kind_);
        const std::string found = mismatch(row_, scene);
        scene.clear();
        const Difference* known = difference(client_, row_.title, kind_);
        if (known == nullptr) {
            EXPECT_EQ(found, "") << session::client().log_tail();
        } else if (found.empty()) {
            ADD_FAILURE() << "it works, and is said to differ: " << known->reason;
        } else {
            EXPECT_TRUE(contains(found, known->shows))
                << "it is to differ as \"" << known->shows << "\", and differs as " << found;
        }
    }

  private:
    const Row& row_;
    ClientId client_;
    Kind kind_;
};

std::string test_name(const char* title) {
    std::string name;
    for (const char* at = title; *at != '\0'; ++at) {
        const bool plain = std::isalnum(static_cast<unsigned char>(*at)) != 0;
        if (plain) name += *at;
        if (!plain && !name.empty() && name.back() != '_') name += '_';
    }
    return name;
}

}  // namespace

void register_cells(ClientId client) {
    for (const Kind kind : {vanilla, forwarded, guest, inmate}) {
        for (const Row& row : rows()) {
            if ((row.clients & client) == 0 || (row.kinds & kind) == 0) continue;
            const std::string suite = text(name_of(client), "_", name_of(kind));
            ::testing::RegisterTest(
                suite.c_str(), test_name(row.title).c_str(), nullptr, nullptr, __FILE__, __LINE__,
                [&row, client, kind]() -> ::testing::Test* { return new Cell(row, client, kind); });
        }
    }
}

}  // namespace phi::test

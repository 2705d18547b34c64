// SPDX-License-Identifier: Apache-2.0
#include "plugins/xen/console/exit_line.hpp"

#include "support.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

// What is printed of the text, fed in pieces of so many bytes.
std::string printed(std::string_view text, std::size_t piece, std::optional<int>& status) {
    ExitLine line;
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += piece) line.feed(text.substr(at, piece), out);
    line.flush(out);
    status = line.status();
    return out;
}

TEST(ExitLine, EndsTheOutput) {
    std::optional<int> status;
    for (const std::size_t piece : {1u, 3u, 100u}) {
        EXPECT_EQ(printed("hello\nrunphi: exit 7\nmore\n", piece, status), "hello\n");
        EXPECT_EQ(status, 7);
        EXPECT_EQ(printed("runphi: exit 255\r\n", piece, status), "");
        EXPECT_EQ(status, 255);
    }
}

TEST(ExitLine, WhatOnlyBeginsLikeItIsText) {
    std::optional<int> status;
    for (const char* text :
         {"runphi: exit 256\n", "runphi: exit -1\n", "runphi: exit \n", "runphi: exit 7",
          "say runphi: exit 7\n", "runphi: exit 7 now\n", "runphi: exit 0007\n", "runphi\n\n",
          "\nrunphi: ex", "runphi: exit 1\r1\n"}) {
        for (const std::size_t piece : {1u, 100u}) {
            EXPECT_EQ(printed(text, piece, status), text);
            EXPECT_FALSE(status) << text;
        }
    }
}

TEST(ExitLine, APromptIsShownAtOnce) {
    ExitLine line;
    std::string out;
    line.feed("name? ", out);
    EXPECT_EQ(out, "name? ");
    line.feed("ru", out);
    EXPECT_EQ(out, "name? ru");
}

}  // namespace
}  // namespace xen_test

// SPDX-License-Identifier: Apache-2.0
// Xen's own toolstack with the guests of the other scenarios: that this Xen runs domains at all.
#include <gtest/gtest.h>

#include <thread>

#include "core/base/text.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

// With xl, a domain of 32 MiB that is not started.
Result create_by_xl(const std::string& name, const std::string& inmate) {
    const std::string file = "/tmp/" + name + ".cfg";
    write_text(file, text("name = \"", name, "\"\nkernel = \"", inmates, '/', inmate, inmate_kind,
                          "\"\nmemory = 32\nvcpus = 1\ncpus = \"1\"\n", inmate_lines));
    return xl({"create", "-q", "-p", "-e", file});
}

std::size_t lines_of(const std::string& name) {
    return split(console_log(name, console_port), '\n').size();
}

bool says_more(const std::string& name) {
    const std::size_t before = lines_of(name);
    return Sandbox::eventually([&] { return lines_of(name) > before + 1; });
}

TEST(Xl, RunsPausesAndDestroysADomain) {
    const std::uint64_t before = free_pages();
    const Result created = create_by_xl("ticking", "tick");
    ASSERT_EQ(created.status, 0) << created.err;
    EXPECT_EQ(domain("ticking").value_or(Domain{}).state, "--p---");
    EXPECT_LT(free_pages() + 32 * 256, before + 1);
    EXPECT_EQ(xl({"unpause", "ticking"}).status, 0);
    EXPECT_TRUE(says_more("ticking"));
    EXPECT_NE(console_log("ticking", console_port).find("hello from"), std::string::npos);
    EXPECT_EQ(xl({"pause", "ticking"}).status, 0);
    // What it said before is on its way through xenconsoled.
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const std::size_t paused = lines_of("ticking");
    std::this_thread::sleep_for(std::chrono::seconds(1));
    EXPECT_EQ(lines_of("ticking"), paused);
    EXPECT_EQ(xl({"unpause", "ticking"}).status, 0);
    EXPECT_TRUE(says_more("ticking"));
    EXPECT_EQ(xl({"destroy", "ticking"}).status, 0);
    EXPECT_TRUE(no_domains());
    EXPECT_LE(missing_pages(before, kept_pages), kept_pages);
}

// The last of the state letters of `xl list`: s shut down, c crashed.
TEST(Xl, ShowsHowADomainHasEnded) {
    for (const auto& one : {std::pair<std::string, std::string>{"exit", "s--"}, {"crash", "sc-"}}) {
        const std::string &inmate = one.first, &state = one.second;
        ASSERT_EQ(create_by_xl(inmate, inmate).status, 0);
        EXPECT_EQ(xl({"unpause", inmate}).status, 0);
        EXPECT_TRUE(Sandbox::eventually(
            [&] { return domain(inmate).value_or(Domain{}).state.substr(3) != "---"; },
            std::chrono::seconds(10), std::chrono::milliseconds(100)));
        EXPECT_EQ(domain(inmate).value_or(Domain{}).state.substr(3), state);
        EXPECT_EQ(xl({"destroy", inmate}).status, 0);
    }
    EXPECT_NE(console_log("exit", console_port).find("runphi: exit 7"), std::string::npos);
    EXPECT_TRUE(no_domains());
}

}  // namespace
}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#include "guest/phi-init/config.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <random>
#include <string>
#include <vector>

#include "guest/phi-init/config_keys.h"
#include "records.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace std::string_literals;

// A parsed configuration and the text that it borrows.
class ParsedConfig {
  public:
    explicit ParsedConfig(std::string text) : text_(std::move(text)) {
        ok = phi_config_parse(text_.data(), text_.size(), &config, &failure);
    }
    ParsedConfig(const ParsedConfig&) = delete;
    ParsedConfig& operator=(const ParsedConfig&) = delete;
    ~ParsedConfig() { phi_config_free(&config); }

    bool ok = false;
    phi_config config{};
    phi_failure failure{};

  private:
    std::string text_;
};

std::string with(const std::string& record) {
    return records({"arg=/bin/true", record});
}

std::vector<std::string> strings(const phi_list& list) {
    return {list.items, list.items + list.count};
}

TEST(GuestConfig, ReadsEveryKey) {
    const ParsedConfig parsed(records({"arg=/bin/sh",
                                       "arg=-c",
                                       "arg=",
                                       "env=A=1=2",
                                       "env=B=",
                                       "cwd=/work",
                                       "uid=1000",
                                       "gid=4294967294",
                                       "group=5",
                                       "group=6",
                                       "group=7",
                                       "umask=027",
                                       "terminal=1",
                                       "rows=25",
                                       "cols=80",
                                       "hostname=box",
                                       "domainname=lan",
                                       "readonly=1",
                                       "nnp=1",
                                       "oom=-998",
                                       "mount=tmpfs\x1ftmpfs\x1f/dev\x1fnosuid,mode=755",
                                       "mount=proc\x1f\x1f/proc\x1f",
                                       "rlimit=RLIMIT_NOFILE 100 18446744073709551615",
                                       "caps=1",
                                       "capbnd=420",
                                       "capeff=ffffffffffffffff",
                                       "capinh=1",
                                       "capprm=2",
                                       "capamb=0",
                                       "sysctl=net.ipv4.ip_forward=1",
                                       "masked=/proc/kcore",
                                       "readonlypath=/proc/sys",
                                       "bindro=/ro",
                                       "bindrw=/rw"}));
    ASSERT_TRUE(parsed.ok) << parsed.failure.text;
    const auto& c = parsed.config;
    EXPECT_EQ(strings(c.args), (std::vector<std::string>{"/bin/sh", "-c", ""}));
    EXPECT_EQ(c.args.items[3], nullptr);
    EXPECT_EQ(strings(c.env), (std::vector<std::string>{"A=1=2", "B="}));
    EXPECT_STREQ(c.cwd, "/work");
    EXPECT_EQ(c.uid, 1000U);
    EXPECT_EQ(c.gid, 4294967294U);
    EXPECT_EQ(std::vector<std::uint32_t>(c.groups, c.groups + c.n_groups),
              (std::vector<std::uint32_t>{5, 6, 7}));
    EXPECT_EQ(c.umask, 027U);
    EXPECT_TRUE(c.terminal && c.readonly_root && c.no_new_privs && c.has_caps && c.has_oom);
    EXPECT_EQ(c.rows, 25);
    EXPECT_EQ(c.cols, 80);
    EXPECT_STREQ(c.hostname, "box");
    EXPECT_STREQ(c.domainname, "lan");
    EXPECT_EQ(c.oom, -998);
    ASSERT_EQ(c.n_mounts, 2U);
    EXPECT_STREQ(c.mounts[0].type, "tmpfs");
    EXPECT_STREQ(c.mounts[0].dest, "/dev");
    EXPECT_STREQ(c.mounts[0].options, "nosuid,mode=755");
    EXPECT_STREQ(c.mounts[1].source, "");
    EXPECT_STREQ(c.mounts[1].options, "");
    ASSERT_EQ(c.n_rlimits, 1U);
    EXPECT_EQ(c.rlimits[0].resource, RLIMIT_NOFILE);
    EXPECT_EQ(c.rlimits[0].soft, 100U);
    EXPECT_EQ(c.rlimits[0].hard, UINT64_MAX);
    EXPECT_EQ(c.caps.bounding, 0x420U);
    EXPECT_EQ(c.caps.effective, UINT64_MAX);
    EXPECT_EQ(c.caps.inheritable, 1U);
    EXPECT_EQ(c.caps.permitted, 2U);
    EXPECT_EQ(strings(c.sysctls), (std::vector<std::string>{"net.ipv4.ip_forward=1"}));
    EXPECT_EQ(strings(c.masked), (std::vector<std::string>{"/proc/kcore"}));
    EXPECT_EQ(strings(c.readonly_paths), (std::vector<std::string>{"/proc/sys"}));
    EXPECT_EQ(strings(c.bind_ro), (std::vector<std::string>{"/ro"}));
    EXPECT_EQ(strings(c.bind_rw), (std::vector<std::string>{"/rw"}));
}

TEST(GuestConfig, DefaultsOfWhatIsNotSaid) {
    const ParsedConfig parsed(records({"arg=/bin/true"}));
    ASSERT_TRUE(parsed.ok) << parsed.failure.text;
    const auto& c = parsed.config;
    EXPECT_STREQ(c.cwd, "/");
    EXPECT_EQ(c.umask, 022U);
    EXPECT_EQ(c.uid, 0U);
    EXPECT_FALSE(c.has_caps || c.has_oom || c.terminal || c.readonly_root || c.no_new_privs);
    EXPECT_EQ(c.hostname, nullptr);
    EXPECT_EQ(c.env.count, 0U);
}

TEST(GuestConfig, KeepsManyOfAKeyInOrder) {
    std::vector<std::string> lines;
    for (int i = 0; i < 1000; ++i) lines.push_back("arg=" + std::to_string(i) + "x");
    const ParsedConfig parsed(records(lines));
    ASSERT_TRUE(parsed.ok) << parsed.failure.text;
    ASSERT_EQ(parsed.config.args.count, 1000U);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(parsed.config.args.items[i], std::to_string(i) + "x");
    EXPECT_EQ(parsed.config.args.items[1000], nullptr);
}

struct Refused {
    std::string text;
    std::string says;
};

class GuestConfigRefuses : public testing::TestWithParam<Refused> {};

TEST_P(GuestConfigRefuses, AndSaysWhy) {
    const ParsedConfig parsed(GetParam().text);
    EXPECT_FALSE(parsed.ok);
    EXPECT_EQ(parsed.failure.status, PHI_STATUS_SETUP);
    EXPECT_NE(std::string(parsed.failure.text).find(GetParam().says), std::string::npos)
        << parsed.failure.text;
}

INSTANTIATE_TEST_SUITE_P(
    Broken, GuestConfigRefuses,
    testing::Values(
        Refused{"", "cut off"}, Refused{"format=1", "cut off"},
        Refused{"format=1\0arg=x"s, "cut off"}, Refused{"arg=x\0"s, "must be the first key"},
        Refused{"format=2\0arg=x\0"s, "\"2\""}, Refused{"\0"s, "expected KEY=VALUE"},
        Refused{"format=1\0format=1\0"s, "once"}, Refused{"format=1\0"s, "no program"},
        Refused{"format=1\0arg=\0"s, "no program"}, Refused{with("nonsense"), "expected KEY=VALUE"},
        Refused{with("colour=red"), "unknown key \"colour\""}, Refused{with("=x"), "unknown key"},
        Refused{with("uid="), "uid"}, Refused{with("uid=-1"), "-1"}, Refused{with("uid=+1"), "+1"},
        Refused{with("uid=1 "), "1 "}, Refused{with("uid=0x10"), "0x10"},
        Refused{with("uid=4294967295"), "4294967295"},
        Refused{with("uid=99999999999999999999999"), "999"}, Refused{with("group=a"), "group"},
        Refused{with("umask=8"), "octal"}, Refused{with("umask=1000"), "octal"},
        Refused{with("terminal=2"), "0 or 1"}, Refused{with("readonly=yes"), "0 or 1"},
        Refused{with("rows=65536"), "rows"}, Refused{with("oom=1001"), "-1000 to 1000"},
        Refused{with("oom=--1"), "-1000 to 1000"}, Refused{with("cwd=work"), "absolute"},
        Refused{with("cwd="), "absolute"}, Refused{with("masked=x"), "absolute"},
        Refused{with("bindro=x"), "absolute"}, Refused{with("rlimit=RLIMIT_NOFILE"), "SOFT HARD"},
        Refused{with("rlimit=RLIMIT_NOFILE 1"), "SOFT HARD"},
        Refused{with("rlimit=NOFILE 1 2"), "resource limit"},
        Refused{with("rlimit=RLIMIT_NOFILE 3 2"), "up to the hard"},
        Refused{with("rlimit=RLIMIT_NOFILE 1 2 3"), "decimal"},
        Refused{with("capbnd=0x1"), "hexadecimal"},
        Refused{with("capbnd=10000000000000000"), "hexadecimal"},
        Refused{with("mount=proc"), "destination"},
        Refused{with("mount=proc\x1fproc\x1f/proc"), "options"},
        Refused{with("mount=\x1fproc\x1f/proc\x1f"), "type"},
        Refused{with("mount=proc\x1fproc\x1fproc\x1f"), "absolute"},
        Refused{with("mount=proc\x1fproc\x1f/proc\x1fro\x1frw"), "four fields"},
        Refused{with("sysctl=kernel.x"), "NAME=VALUE"}, Refused{with("sysctl==1"), "NAME=VALUE"},
        Refused{with("sysctl=../../etc/x=1"), "NAME=VALUE"},
        Refused{with("sysctl=/etc/x=1"), "NAME=VALUE"}));

// Bytes that are nearly right reach more of a parser than noise does. Seeded: the same every time.
TEST(GuestConfig, HoldsUnderMutation) {
    std::mt19937 random(4711);
    const std::string seed =
        records({"arg=/bin/sh", "env=A=1", "uid=10", "group=1", "mount=tmpfs\x1ft\x1f/t\x1fro,a=b",
                 "rlimit=RLIMIT_CORE 0 1", "capbnd=ff", "sysctl=a.b=c", "masked=/x"});
    for (int round = 0; round < 20000; ++round) {
        std::string text = seed;
        for (auto change = random() % 4; change-- > 0;) {
            const auto at = random() % text.size();
            if (random() % 2 == 0)
                text[at] = static_cast<char>(random() % 256);
            else
                text.erase(at, random() % 8);
            if (text.empty()) text = "x";
        }
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    }
}

}  // namespace

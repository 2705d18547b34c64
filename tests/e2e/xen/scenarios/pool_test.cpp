// SPDX-License-Identifier: Apache-2.0
// CPU pools and their schedulers, by annotations; and a domain that is moved while it runs.
#include <algorithm>
#include <stdexcept>

#include "core/base/text.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

void do_xl(const std::vector<std::string>& args) {
    const Result done = xl(args);
    if (done.status != 0) throw std::runtime_error("xl " + args[0] + ": " + done.err);
}

// The words of the line about the only domain there is: "runphi-c 7 512 50".
std::vector<std::string> row(const std::vector<std::string>& args) {
    const std::string listed = xl(args).out, name = domains().at(0).name;
    std::vector<std::string> words;
    for (const auto& line : split(listed, '\n')) {
        if (!line.starts_with(name)) continue;
        for (const auto& word : split(line, ' ')) {
            if (!word.empty()) words.emplace_back(word);
        }
    }
    return words;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string option(const std::string& name, const std::string& value) {
    return text("\"org.runphi.xen.", name, "\": \"", value, "\"");
}

// CPU 1, which partitions have, is in a pool of its own.
class Pool : public Container {
  protected:
    Pool() {
        configure(
            "{\"annotations\": [\"org.runphi.xen.cpupool\", \"org.runphi.xen.sched\", "
            "\"org.runphi.xen.sched-weight\", \"org.runphi.xen.sched-cap\", "
            "\"org.runphi.xen.sched-period\", \"org.runphi.xen.sched-budget\"]}\n");
        do_xl({"cpupool-cpu-remove", "Pool-0", "1"});
        do_xl({"cpupool-create", "name=\"part\"", "sched=\"credit\"", "cpus=[\"1\"]"});
    }
    ~Pool() override {
        runphi({"delete", "--force", "c"});
        EXPECT_TRUE(no_domains());
        EXPECT_EQ(xl({"cpupool-destroy", "part"}).status, 0);
        EXPECT_EQ(xl({"cpupool-cpu-add", "Pool-0", "1"}).status, 0);
        configure("");
    }
    void refuses(const std::string& annotations, const std::string& words) {
        const Result ran = run(inmate_bundle("spin", annotations));
        EXPECT_NE(ran.status, 0) << annotations;
        EXPECT_NE(ran.err.find(words), std::string::npos) << ran.err;
        EXPECT_TRUE(domains().empty());
    }
};

TEST_F(Pool, IsWhereADomainRunsWithItsWeightAndCap) {
    begin(inmate_bundle("spin",
                        text(option("cpupool", "part"), ", ", option("sched", "credit"), ", ",
                             option("sched-weight", "512"), ", ", option("sched-cap", "50"))));
    ASSERT_TRUE(says(hello)) << output();
    EXPECT_TRUE(has(row({"list", "-c"}), "part"));
    const auto scheduled = row({"sched-credit", "-p", "part"});
    EXPECT_TRUE(has(scheduled, "512")) << xl({"sched-credit"}).out;
    EXPECT_TRUE(has(scheduled, "50")) << xl({"sched-credit"}).out;
}

// Without a word about pools the domain is in that of its CPU.
TEST_F(Pool, IsFoundByTheCpus) {
    begin(inmate_bundle("spin"));
    ASSERT_TRUE(says(hello)) << output();
    EXPECT_TRUE(has(row({"list", "-c"}), "part"));
}

TEST_F(Pool, AndSchedulerThatDoNotFitAreRefused) {
    refuses(option("cpupool", "nowhere"), "there is none; there are Pool-0");
    refuses(option("cpupool", "Pool-0"), "CPU 1 is not in CPU pool Pool-0 but in part");
    refuses(option("sched", "rtds"), "and CPU pool part has credit");
    refuses(text(option("sched-period", "10000"), ", ", option("sched-budget", "5000")),
            "a period and a budget are asked for");
    refuses(option("sched-weight", "0"), "expected 1 to 65535");
}

class Credit2 : public Container {
  protected:
    Credit2() {
        configure(
            "{\"annotations\": [\"org.runphi.xen.sched-weight\", "
            "\"org.runphi.xen.sched-cap\"]}\n");
    }
    ~Credit2() override { configure(""); }
};

// The scheduler that Xen has unless it is told otherwise.
TEST_F(Credit2, HasWeightAndCap) {
    begin(inmate_bundle("spin",
                        text(option("sched-weight", "300"), ", ", option("sched-cap", "40"))));
    ASSERT_TRUE(says(hello)) << output();
    const auto scheduled = row({"sched-credit2"});
    EXPECT_TRUE(has(scheduled, "300")) << xl({"sched-credit2"}).out;
    EXPECT_TRUE(has(scheduled, "40")) << xl({"sched-credit2"}).out;
}

// A board with two CPUs, which both are there for partitions.
class Update : public Container {
  protected:
    ~Update() override { runphi({"delete", "--force", "c"}); }
    // As Xen tells: "runphi-c 7 0 1 r-- 0.5 1 / all".
    static bool is_pinned_to(const std::string& cpu) {
        const std::string listed = xl({"vcpu-list", std::to_string(domains().at(0).id)}).out;
        return listed.find(text(' ', cpu, " / all")) != std::string::npos;
    }

    ChangedBoard board_{{"\"ids\": \"1\"", "\"ids\": \"0-1\""}};
};

TEST_F(Update, MovesADomainToOtherCpus) {
    begin(inmate_bundle("spin"));
    ASSERT_TRUE(says(hello)) << output();
    for (const char* cpu : {"1", "0", "1"}) {
        EXPECT_EQ(runphi({"update", "--cpuset-cpus", cpu, "c"}).err, "");
        EXPECT_TRUE(is_pinned_to(cpu)) << cpu;
    }
    const Result more = runphi({"update", "--cpuset-cpus", "0-1", "c"});
    EXPECT_NE(more.err.find("cannot change their number"), std::string::npos) << more.err;
    EXPECT_TRUE(is_pinned_to("1"));
    const Result memory = runphi({"update", "--memory", "67108864", "c"});
    EXPECT_NE(memory.status, 0);
    EXPECT_NE(memory.err.find("memory"), std::string::npos) << memory.err;
    EXPECT_TRUE(is("running"));
}

}  // namespace
}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
// A container's network in its domain: the namespace that an engine has made, and a bridge of dom0.
#include "core/base/text.hpp"
#include "lab.hpp"
#include "runphi.hpp"
#include "xen.hpp"

namespace phi::test {
namespace {

// What the guest has, and whether it reaches the other end.
constexpr const char* look = "ip -o addr show eth0; ping -c 1 -W 10 10.1.0.1";

class Network : public HasLab, public Container {
  protected:
    // Is there somebody behind the container's address?
    bool answers() const {
        return lab_.in_peer("/bin/busybox ping -c 1 -W 2 10.1.0.2").status == 0;
    }
    void finds_its_network(const std::string& script) {
        lab_.connect("eth0", 1, 1400);
        const Result ran = run(linux_bundle("box", script, "", in_namespace()));
        EXPECT_EQ(ran.status, 0) << ran.err;
        EXPECT_NE(ran.out.find("10.1.0.2/24"), std::string::npos) << ran.out;
        EXPECT_NE(ran.out.find("1 packets received"), std::string::npos) << ran.out;
        EXPECT_EQ(runphi({"delete", "--force", "c"}).err, "");
        EXPECT_EQ(lab_.remains(), "");
    }
};

TEST_F(Network, OfTheContainersNamespaceIsTheGuests) {
    finds_its_network(look);
}

// Nobody but the guest answers: the namespace's own kernel sees none of it.
TEST_F(Network, IsTheGuestsAsLongAsItRuns) {
    // The second one would get the CPU of the first.
    const ChangedBoard shared{shared_cpus};
    lab_.connect("eth0", 1);
    const std::string bundle = linux_bundle("box", "sleep 1000", "", in_namespace());
    ASSERT_EQ(runphi({"create", "--bundle", bundle, "c"}).err, "");
    ASSERT_EQ(runphi({"start", "c"}).err, "");
    EXPECT_TRUE(Sandbox::eventually([&] { return answers(); }, std::chrono::seconds(110),
                                    std::chrono::milliseconds(500)));
    EXPECT_EQ(runphi({"pause", "c"}).err, "");
    EXPECT_FALSE(answers());
    const Result second = runphi({"run", "--bundle", "/bundles/box", "d"});
    EXPECT_NE(second.err.find("is held by partition"), std::string::npos) << second.err;
    runphi({"delete", "--force", "d"});
    EXPECT_EQ(runphi({"delete", "--force", "c"}).err, "");
    EXPECT_EQ(lab_.remains(), "");
    EXPECT_TRUE(Sandbox::eventually([&] { return answers(); }));
}

// Xen's own script puts the domain's vif into the bridge.
TEST_F(Network, OfABridgeIsTheGuests) {
    for (const char* arguments :
         {"link add xenbr0 type bridge", "addr add 10.1.0.1/24 dev xenbr0", "link set xenbr0 up"}) {
        std::vector<std::string> argv{"/sbin/ip"};
        for (const auto word : split(arguments, ' ')) argv.emplace_back(word);
        ASSERT_EQ(run_program(argv).err, "");
    }
    // The script is one of bash's, which starts dozens of programs.
    configure("{\"backend_settings\": {\"xen\": {\"timeout_ms\": 120000}}}\n");
    const Result ran = run(linux_bundle(
        "box", text("ip addr add 10.1.0.2/24 dev eth0; ip link set eth0 up; sleep 1; ", look),
        "\"org.runphi.net\": \"bridge=xenbr0\""));
    configure("");
    EXPECT_EQ(ran.status, 0) << ran.err
                             << run_program({tool("cat"), "/var/log/xen/xen-hotplug.log"}).out;
    EXPECT_NE(ran.out.find("1 packets received"), std::string::npos) << ran.out;
    EXPECT_EQ(run_program({"/sbin/ip", "link", "del", "xenbr0"}).err, "");
}

}  // namespace
}  // namespace phi::test

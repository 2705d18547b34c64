// SPDX-License-Identifier: Apache-2.0
// A partition's network, between two namespaces that the test has made: what the engine would hand
// over, and what its guest makes of it.
#include <stdlib.h>
#include <sys/syscall.h>

#include <filesystem>

#include "core/base/text.hpp"
#include "partition.hpp"
#include "support/name_server.hpp"
#include "support/network_lab.hpp"
#include "support/processes.hpp"

namespace phi::test {
namespace {

namespace fs = std::filesystem;

#if defined(__aarch64__)
constexpr const char* host_arch = "aarch64";
#else
constexpr const char* host_arch = "x86_64";
#endif

std::string guest_dir() {
    const char* named = ::getenv("RUNPHI_TEST_GUEST_DIR");
    return named == nullptr ? "" : named;
}

class Network : public Partition {
  protected:
    Network() : Partition(text("\"guest_dir\": \"", guest_dir(), "\"")) {}
    ~Network() override {
        for (const char* id : {"c", "d"}) node_.run({"delete", "--force", id});
    }
    void SetUp() override {
        const std::string why = NetworkLab::missing();
        if (!why.empty()) GTEST_SKIP() << why;
        lab_.emplace();
    }

    // linux.namespaces with the container's network namespace, and more members of config.json.
    std::string in_namespace(const std::string& more = "") const {
        return text("\"linux\": {\"namespaces\": [{\"type\": \"network\", \"path\": \"",
                    lab_->container_path(), "\"}]}", more.empty() ? "" : ", ", more);
    }
    // An inmate that does nothing, to be created only.
    std::string inmate(const std::string& extra, const std::string& name = "bundle") const {
        return node_.inmate_bundle(name, read_text(text(INMATES, "/", host_arch, "/spin.elf")),
                                   extra);
    }
    Result create(const std::string& bundle, const std::string& id = "c") const {
        return node_.run({"create", "--bundle", bundle, id});
    }
    std::string command_line(const std::string& id = "c") const {
        return read_text(text(node_.state_dir(), "/", id, "/", id, ".args"));
    }
    std::string plan(const std::string& id = "c") const {
        return read_text(text(node_.state_dir(), "/", id, "/config", id, ".conf"));
    }
    pid_t monitor(const std::string& id = "c") const { return pid_of(node_, id); }

    std::optional<NetworkLab> lab_;
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_F(Network, ThePartitionGetsADeviceAndTheNamespaceIsCleanAfterwards) {
    lab_->connect("eth0", 1, 1400);
    ASSERT_EQ(create(inmate(in_namespace())).err, "");
    EXPECT_TRUE(contains(command_line(), "tap,id=net0,fd=32\n")) << command_line();
    EXPECT_TRUE(contains(command_line(), ",host_mtu=1400\n")) << command_line();
    EXPECT_TRUE(contains(plan(), "\"address\": \"10.1.0.2\"")) << plan();
    EXPECT_TRUE(contains(plan(), "\"mtu\": 1400")) << plan();
    EXPECT_NE(lab_->remains(), "");
    EXPECT_EQ(node_.run({"delete", "c"}).err, "");
    EXPECT_EQ(lab_->remains(), "");
}

TEST_F(Network, NoneAndAnEmptyNamespaceHaveNoDevice) {
    ASSERT_EQ(create(inmate(in_namespace())).err, "");
    EXPECT_FALSE(contains(command_line(), "netdev")) << command_line();
    EXPECT_EQ(node_.run({"delete", "c"}).err, "");
    lab_->connect("eth0", 1);
    ASSERT_EQ(create(inmate(in_namespace("\"annotations\": {\"org.runphi.net\": \"none\"}"))).err,
              "");
    EXPECT_FALSE(contains(command_line(), "netdev")) << command_line();
    EXPECT_EQ(lab_->remains(), "");
}

TEST_F(Network, TheHostsNetworkIsRefused) {
    const Result without = create(inmate("\"linux\": {\"namespaces\": [{\"type\": \"mount\"}]}"));
    EXPECT_NE(without.status, 0);
    EXPECT_TRUE(contains(without.err, "host's network")) << without.err;
    const Result path = create(
        inmate(text("\"linux\": {\"namespaces\": [{\"type\": \"network\", \"path\": \"/proc/",
                    ::getpid(), "/ns/net\"}]}")));
    EXPECT_NE(path.status, 0);
    EXPECT_TRUE(contains(path.err, "host's network")) << path.err;
    ASSERT_EQ(create(inmate("\"annotations\": {\"org.runphi.net\": \"none\"}, \"linux\": "
                            "{\"namespaces\": [{\"type\": \"mount\"}]}"))
                  .err,
              "");
}

TEST_F(Network, OneInterfaceHasOneGuest) {
    lab_->connect("eth0", 1);
    ASSERT_EQ(create(inmate(in_namespace())).err, "");
    const Result second = create(inmate(in_namespace(), "second"), "d");
    EXPECT_NE(second.status, 0);
    EXPECT_TRUE(contains(second.err, "eth0")) << second.err;
    EXPECT_TRUE(contains(second.err, "is held by partition c")) << second.err;
    const std::string none = in_namespace("\"annotations\": {\"org.runphi.net\": \"none\"}");
    EXPECT_EQ(create(inmate(none, "third"), "d").err, "");
    EXPECT_EQ(node_.run({"delete", "d"}).err, "");
    EXPECT_NE(lab_->remains(), "") << "what the first has was taken away with the third";
    EXPECT_EQ(node_.run({"delete", "c"}).err, "");
    EXPECT_EQ(lab_->remains(), "");
}

TEST_F(Network, IsCleanAfterTheMonitorWasKilled) {
    lab_->connect("eth0", 1);
    ASSERT_EQ(create(inmate(in_namespace())).err, "");
    ASSERT_GT(monitor(), 0);
    ::kill(monitor(), SIGKILL);
    EXPECT_EQ(node_.run({"delete", "--force", "c"}).err, "");
    EXPECT_EQ(lab_->remains(), "");
}

// As the kernel may, for a while: what QEMU had under io_uring is closed after its process is gone.
std::vector<phi::UniqueFd> take_taps_of(pid_t process) {
    std::vector<phi::UniqueFd> taken;
    const phi::UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator(text("/proc/", process, "/fd"), gone)) {
        std::error_code closed;
        if (fs::read_symlink(entry.path(), closed) != "/dev/net/tun") continue;
        const int number = std::stoi(entry.path().filename());
        taken.emplace_back(static_cast<int>(::syscall(SYS_pidfd_getfd, handle.get(), number, 0)));
    }
    return taken;
}

TEST_F(Network, TheTapsGoWhoeverHoldsThem) {
    lab_->connect("eth0", 1);
    lab_->connect("net1", 2);
    ASSERT_EQ(create(inmate(in_namespace())).err, "");
    std::vector<phi::UniqueFd> taps;
    for (const pid_t child : children_of(monitor())) {
        for (phi::UniqueFd& tap : take_taps_of(child)) taps.push_back(std::move(tap));
    }
    ASSERT_EQ(taps.size(), 2U);
    EXPECT_EQ(node_.run({"delete", "c"}).err, "");
    EXPECT_EQ(lab_->remains(), "");
}

TEST_F(Network, WhatADeadPartitionLeftGoesToTheNext) {
    lab_->connect("eth0", 1);
    ASSERT_EQ(create(inmate(in_namespace())).err, "");
    ASSERT_GT(monitor(), 0);
    ::kill(monitor(), SIGKILL);
    // The tap goes with QEMU, which dies with its monitor.
    ASSERT_TRUE(Sandbox::eventually(
        [&] { return !contains(lab_->in_container("ip -o link").out, "rphi"); }));
    ASSERT_EQ(create(inmate(in_namespace(), "second"), "d").err, "");
    EXPECT_EQ(node_.run({"delete", "--force", "c"}).err, "");
    EXPECT_TRUE(contains(lab_->in_container("tc filter show dev eth0 ingress").out, "rphi"));
    EXPECT_EQ(node_.run({"delete", "--force", "d"}).err, "");
    EXPECT_EQ(lab_->remains(), "");
}

TEST_F(Network, AHookMayBringTheInterface) {
    lab_->prepare("cable", 3);
    const std::string script = node_.dir() + "/setkey";
    write_text(script,
               text("#!/bin/sh -e\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n"
                    "pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/')\n"
                    "ip -n ",
                    lab_->peer(),
                    " link set cable netns $pid\n"
                    "exec nsenter --net=/proc/$pid/ns/net sh -ec '\n"
                    "  ip link set cable name eth0 address 02:42:0a:03:00:02\n"
                    "  ip addr add 10.3.0.2/24 dev eth0\n  ip link set eth0 up\n"
                    "  ip route add default via 10.3.0.1'\n"),
               0755);
    ASSERT_EQ(create(inmate(text("\"linux\": {\"namespaces\": [{\"type\": \"network\"}]}, "
                                 "\"hooks\": {\"prestart\": [{\"path\": \"",
                                 script, "\"}]}")))
                  .err,
              "");
    EXPECT_TRUE(contains(command_line(), "mac=02:42:0a:03:00:02")) << command_line();
    EXPECT_TRUE(contains(plan(), "\"gateway\": \"10.3.0.1\"")) << plan();
}

TEST_F(Network, WhatNoGuestCanHaveIsRefusedAndNothingIsLeft) {
    lab_->connect("eth0", 1);
    ASSERT_EQ(lab_->in_container("ip link add link eth0 name mac0 type macvlan").err, "");
    ASSERT_EQ(lab_->in_container("ip link set mac0 up").err, "");
    const Result result = create(inmate(in_namespace()));
    EXPECT_NE(result.status, 0);
    EXPECT_TRUE(contains(result.err, "is on top of")) << result.err;
    EXPECT_EQ(lab_->remains(), "");
}

// The same with a Linux guest.
class LinuxNetwork : public Network {
  protected:
    void SetUp() override {
        if (guest_dir().empty()) GTEST_SKIP() << "RUNPHI_TEST_GUEST_DIR names no guest folder";
        Network::SetUp();
    }
    // `more`: members of config.json; `mounts`: beside /proc.
    std::string linux_bundle(const std::string& script, const std::string& more = "",
                             const std::string& mounts = "") const {
        const std::string path = node_.bundle(
            "linux",
            text("{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"annotations\": "
                 "{\"org.runphi.guest\": \"linux\"}, \"process\": {\"cwd\": \"/\", \"env\": "
                 "[\"PATH=/bin\"], \"args\": [\"sh\", \"-c\", \"",
                 script, "\"]}, ", in_namespace(),
                 ", \"mounts\": [{\"destination\": \"/proc\", \"type\": \"proc\", \"source\": "
                 "\"proc\"}",
                 mounts, "]", more, "}"));
        for (const char* dir : {"bin", "proc", "www"}) {
            fs::create_directories(path + "/rootfs/" + dir);
        }
        fs::copy_file("/bin/busybox", path + "/rootfs/bin/busybox",
                      fs::copy_options::skip_existing);
        for (const char* applet :
             {"sh", "ip", "ping", "wget", "httpd", "wc", "echo", "nc", "nslookup", "printf"}) {
            std::error_code there;
            fs::create_symlink("busybox", path + "/rootfs/bin/" + applet, there);
        }
        write_text(path + "/rootfs/www/index.html", "from the guest\n");
        return path;
    }
    bool peer_gets(const std::string& url) const {
        return lab_->in_peer("/bin/busybox wget -q -O - " + url).out == "from the guest\n";
    }
};

TEST_F(LinuxNetwork, HasWhatTheNamespaceHasAndTalksBothWays) {
    lab_->connect("eth0", 1, 1400);
    lab_->connect("net1", 2);
    lab_->in_container("ip route add default via 10.1.0.1");
    lab_->in_container("ip route add 10.77.0.0/16 via 10.2.0.1 dev net1 metric 7");
    fs::create_directories(node_.dir() + "/served");
    write_text(node_.dir() + "/served/index.html", std::string(1 << 20, 'x'));
    lab_->serve(node_.dir() + "/served");

    const Spawned process = run_in_background(linux_bundle(
        "ip -o addr; ip route; ip -6 route; ping -c 1 -W 20 fd02::1; "
        "wget -q -O - http://10.1.0.1:8080/ | wc -c; wget -q -O - http://[fd01::1]:8080/ | wc -c; "
        "echo ready; exec httpd -f -p 80 -h /www"));
    await_output("ready\n");
    const std::string seen = output();
    for (const char* expected :
         {"eth0    inet 10.1.0.2/24", "eth0    inet6 fd01::2/64", "net1    inet 10.2.0.2/24",
          "net1    inet6 fd02::2/64", "default via 10.1.0.1 dev eth0",
          "10.77.0.0/16 via 10.2.0.1 dev net1  metric 7", "1 packets received"}) {
        EXPECT_TRUE(contains(seen, expected)) << expected << " is not in\n" << seen;
    }
    EXPECT_TRUE(contains(seen, "\n1048576\n1048576\nready")) << seen;

    EXPECT_TRUE(Sandbox::eventually([&] { return peer_gets("http://10.1.0.2/"); }));
    EXPECT_TRUE(Sandbox::eventually([&] { return peer_gets("http://[fd01::2]/"); }));
    EXPECT_TRUE(Sandbox::eventually([&] { return peer_gets("http://10.2.0.2/"); }));

    // The guest alone answers: while it stands still, neither ARP nor ping gets a reply.
    EXPECT_EQ(node_.run({"pause", "c"}).err, "");
    lab_->in_peer("ip neigh flush all");
    EXPECT_NE(lab_->in_peer("/bin/busybox ping -c 1 -W 2 10.1.0.2").status, 0);
    EXPECT_FALSE(contains(lab_->in_peer("ip neigh show 10.1.0.2").out, "REACHABLE"));
    EXPECT_EQ(node_.run({"resume", "c"}).err, "");
    EXPECT_TRUE(Sandbox::eventually(
        [&] { return lab_->in_peer("/bin/busybox ping -c 1 -W 2 10.1.0.2").status == 0; }));

    EXPECT_EQ(node_.run({"kill", "c", "KILL"}).err, "");
    EXPECT_EQ(wait(process), 137);
    node_.run({"delete", "--force", "c"});
    EXPECT_EQ(lab_->remains(), "");
    // The namespace has its interface back.
    EXPECT_EQ(lab_->in_peer("/bin/busybox ping -c 1 -W 2 10.1.0.2").status, 0);
}

TEST_F(LinuxNetwork, ThePointToPointNetworksOfCniWork) {
    lab_->connect("eth0", 1);
    // As the plugin ptp has it: everything goes by the gateway, and no route is the address's own.
    lab_->in_container("ip route del 10.1.0.0/24 dev eth0");
    lab_->in_container("ip route add 10.1.0.1 dev eth0 scope link src 10.1.0.2");
    lab_->in_container("ip route add 10.1.0.0/24 via 10.1.0.1 dev eth0 src 10.1.0.2");
    lab_->in_container("ip route add default via 10.1.0.1 dev eth0");
    const Result ran =
        node_.run({"run", "--bundle", linux_bundle("ip route; ping -c 1 -W 20 10.1.0.1"), "c"});
    EXPECT_EQ(ran.status, 0) << ran.err << ran.out;
    EXPECT_TRUE(contains(ran.out, "10.1.0.0/24 via 10.1.0.1 dev eth0")) << ran.out;
    EXPECT_FALSE(contains(ran.out, "10.1.0.0/24 dev eth0")) << ran.out;
}

// As Docker has it: the server's address is known when its hook has run, and the server asks others
// from inside the namespace.
TEST_F(LinuxNetwork, NamesAreAskedOfAServerOnTheNamespacesLoopback) {
    lab_->connect("eth0", 1);
    lab_->in_container("ip route add default via 10.1.0.1");
    const NameServer inside({lab_->container_path(), "127.0.0.11", "10.1.0.9", "far", "10.1.0.1"});
    const NameServer outside({"/run/netns/" + lab_->peer(), "10.1.0.1", "10.99.0.9"});
    const std::string resolv_conf = node_.dir() + "/resolv.conf";
    write_text(resolv_conf, "nameserver 10.1.0.1\n");
    write_text(node_.dir() + "/hook",
               "#!/bin/sh\necho nameserver 127.0.0.11 > " + resolv_conf + "\n", 0755);
    std::string question;
    for (const char byte : std::string{0, 22} + name_question("near")) {
        char octal[8];
        std::snprintf(octal, sizeof octal, "\\\\%03o", static_cast<unsigned char>(byte));
        question += octal;
    }
    const Result ran = node_.run(
        {"run", "--bundle",
         linux_bundle("nslookup near.test; nslookup far.test; nslookup near.test 10.1.0.1; "
                      "(printf '" +
                          question + "'; sleep 1) | nc 127.0.0.11 53 | wc -c",
                      text(", \"hooks\": {\"prestart\": [{\"path\": \"", node_.dir(), "/hook\"}]}"),
                      text(", {\"destination\": \"/etc/resolv.conf\", \"type\": \"bind\", "
                           "\"source\": \"",
                           resolv_conf, "\", \"options\": [\"rbind\"]}")),
         "c"});
    EXPECT_EQ(ran.status, 0) << ran.err << ran.out;
    EXPECT_TRUE(contains(ran.out, "Address: 10.1.0.9\n")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "Name:\tfar.test\nAddress: 10.99.0.9\n")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "Name:\tnear.test\nAddress: 10.99.0.9\n"))
        << "the guest's own questions to others are answered as before: " << ran.out;
    EXPECT_TRUE(contains(ran.out, "\n40\n")) << "over TCP: " << ran.out;
}

}  // namespace
}  // namespace phi::test

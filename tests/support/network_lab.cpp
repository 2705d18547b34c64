// SPDX-License-Identifier: Apache-2.0
#include "support/network_lab.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"

namespace phi::test {

namespace {

constexpr const char* ip = "/sbin/ip";

std::vector<std::string> words_of(const std::string& command) {
    std::vector<std::string> out;
    for (const auto word : split(command, ' ')) out.emplace_back(word);
    return out;
}

Result try_ip(const std::string& arguments) {
    auto argv = words_of(arguments);
    argv.insert(argv.begin(), ip);
    return run_program(argv);
}

void do_ip(const std::string& arguments) {
    const Result result = try_ip(arguments);
    if (result.status != 0) throw std::runtime_error("ip " + arguments + ": " + result.err);
}

std::vector<std::string> argv_in(const std::string& name, const std::string& command) {
    std::vector<std::string> argv{ip, "netns", "exec", name};
    for (auto& word : words_of(command)) argv.push_back(std::move(word));
    return argv;
}

}  // namespace

std::string NetworkLab::missing() {
    const UniqueFd tun(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    if (!tun) return "/dev/net/tun cannot be opened";
    const std::string name = text("runphi-probe-", ::getpid());
    if (try_ip("netns add " + name).status != 0) return "CAP_NET_ADMIN is missing";
    try_ip("netns del " + name);
    return {};
}

NetworkLab::NetworkLab()
    : container_(text("runphi-c-", ::getpid())), peer_(text("runphi-p-", ::getpid())) {
    for (const auto& name : {container_, peer_}) {
        do_ip("netns add " + name);
        do_ip("-n " + name + " link set lo up");
    }
}

NetworkLab::~NetworkLab() {
    for (const Spawned& one : servers_) {
        send_signal(one.id, SIGKILL);
        ::waitpid(one.id.pid, nullptr, 0);
    }
    for (const auto& name : {container_, peer_}) try_ip("netns del " + name);
}

void NetworkLab::link(const std::string& name, unsigned n, unsigned mtu) {
    const std::string far = text("peer", n);
    do_ip(text("-n ", peer_, " link add ", name, " mtu ", mtu, " type veth peer name ", far,
               " mtu ", mtu));
    do_ip(text("-n ", peer_, " addr add 10.", n, ".0.1/24 dev ", far));
    do_ip(text("-n ", peer_, " addr add fd0", n, "::1/64 dev ", far, " nodad"));
    do_ip("-n " + peer_ + " link set " + far + " up");
}

void NetworkLab::prepare(const std::string& name, unsigned n) {
    link(name, n, 1500);
}

void NetworkLab::connect(const std::string& name, unsigned n, unsigned mtu) {
    link(name, n, mtu);
    do_ip("-n " + peer_ + " link set " + name + " netns " + container_);
    do_ip(text("-n ", container_, " addr add 10.", n, ".0.2/24 dev ", name));
    do_ip(text("-n ", container_, " addr add fd0", n, "::2/64 dev ", name, " nodad"));
    do_ip("-n " + container_ + " link set " + name + " up");
}

Result NetworkLab::run_in(const std::string& name, const std::string& command) {
    return run_program(argv_in(name, command), {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"});
}

void NetworkLab::serve(const std::string& folder) {
    servers_.push_back(
        spawn({argv_in(peer_, "/bin/busybox httpd -f -p 8080 -h " + folder), {}, {}}));
    Sandbox::eventually(
        [&] { return in_peer("/bin/busybox wget -q -O - http://127.0.0.1:8080/").status == 0; });
}

std::string NetworkLab::remains() const {
    std::string found;
    const std::string links = in_container("ip -o link").out;
    if (links.find("rphi") != std::string::npos) found += "links: " + links;
    const std::string queues = in_container("tc qdisc show").out;
    if (queues.find("ingress") != std::string::npos) found += "queues: " + queues;
    return found;
}

}  // namespace phi::test

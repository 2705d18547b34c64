// SPDX-License-Identifier: Apache-2.0
// A backend with RUNPHI_CAP_NETWORK: a guest takes an interface's place in a network namespace, and
// the namespace is afterwards as it was.
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "monitor.hpp"
#include "subject.hpp"
#include "surroundings.hpp"

namespace check {

using runphi::sdk::UniqueFd;

namespace {

constexpr const char* interface_name = "check0";

// An interface that needs no other machine: a tap that nobody holds.
std::string make_interface() {
    const UniqueFd tun(::open("/dev/net/tun", O_RDWR | O_CLOEXEC));
    if (!tun) return "/dev/net/tun cannot be opened";
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    std::strncpy(request.ifr_name, interface_name, sizeof request.ifr_name - 1);
    if (::ioctl(tun.get(), TUNSETIFF, &request) != 0 || ::ioctl(tun.get(), TUNSETPERSIST, 1) != 0) {
        return "no tap can be made";
    }
    const UniqueFd any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    request.ifr_flags = IFF_UP;
    return ::ioctl(any.get(), SIOCSIFFLAGS, &request) == 0 ? "" : "the tap cannot be brought up";
}

// A container's network namespace, with one interface in it.
class Namespace {
  public:
    Namespace() : home_(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
        if (::unshare(CLONE_NEWNET) != 0) throw Skip{"no network namespace can be made"};
        fd_.reset(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
        const std::string why = make_interface();
        go_home();
        if (!why.empty()) throw Skip{why};
    }

    void enter() const {
        if (::setns(fd_.get(), CLONE_NEWNET) != 0) throw runphi::sdk::os_error("setns");
    }
    // The names of its interfaces, but for the loopback.
    std::vector<std::string> links() const {
        std::vector<std::string> names;
        enter();
        std::ifstream table("/proc/thread-self/net/dev");
        for (std::string line; std::getline(table, line);) {
            const auto colon = line.find(':');
            const auto begin = line.find_first_not_of(' ');
            if (colon == std::string::npos || line.compare(begin, 3, "lo:") == 0) continue;
            names.push_back(line.substr(begin, colon - begin));
        }
        go_home();
        std::sort(names.begin(), names.end());
        return names;
    }
    Network network(const std::string& interface) const {
        struct stat info {};
        if (::fstat(fd_.get(), &info) != 0) throw runphi::sdk::os_error("fstat");
        return {"/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd_.get()),
                info.st_dev, info.st_ino, interface, "02:00:00:00:00:01"};
    }

  private:
    void go_home() const {
        if (::setns(home_.get(), CLONE_NEWNET) != 0) throw runphi::sdk::os_error("setns");
    }
    UniqueFd home_, fd_;
};

Subject subject_with(Bench& bench, const std::vector<BootImage>& images, const Namespace& network,
                     const std::string& interface) {
    Shape shape;
    shape.network = network.network(interface);
    return Subject(bench, make_plan(bench, images, shape));
}

class InNamespace {
  public:
    InNamespace(Bench& bench, const std::vector<BootImage>& images)
        : images_(images), subject_(subject_with(bench, images, network_, interface_name)) {}

    void one_life() {
        const Place here = subject_.place(monitor().create());
        subject_.run(subject_.table().start, here, "start");
        const auto links = network_.links();
        require(std::count(links.begin(), links.end(), interface_name) == 1,
                std::string(interface_name) + " is gone while the guest runs");
        subject_.run(subject_.table().kill, here, "kill");
        subject_.remove(here);
        require_as_before();
    }
    // By its name alone nobody may know the namespace; whoever comes next puts it right.
    void after_a_crash() {
        monitor().create();
        subject_.run(subject_.table().destroy, subject_.name_only(), "destroy by name");
        subject_.expect_absent();
        subject_.remove(subject_.place(monitor().create()));
        require_as_before();
    }
    void without_its_interface() {
        const Subject lost = subject_with(subject_.bench(), images_, network_, "check-none");
        bool made = true;
        try {
            monitor(lost).create();
        } catch (const Failure&) {
            made = false;
        }
        require(!made, "create succeeds");
        lost.remove(lost.place());
        require_as_before();
    }

  private:
    Monitor& monitor(const Subject& of) {
        monitor_.reset();
        monitor_.emplace(of.bench(), of.place(), images_, [this] { network_.enter(); });
        return *monitor_;
    }
    Monitor& monitor() { return monitor(subject_); }
    void require_as_before() const {
        const auto links = network_.links();
        require(links == std::vector<std::string>{interface_name},
                "the namespace has " + std::to_string(links.size()) +
                    " interfaces; it had one: " + (links.empty() ? "" : links.back()));
    }

    Namespace network_;
    const std::vector<BootImage>& images_;
    Subject subject_;
    std::optional<Monitor> monitor_;
};

}  // namespace

void check_network(Bench& bench) {
    if (!can(bench, RUNPHI_CAP_NETWORK)) return;
    bench.report.section("network");
    const auto images = open_images(bench.options);
    bench.report.check("a guest with an interface; destroy leaves the namespace as it was",
                       [&] { InNamespace(bench, images).one_life(); });
    bench.report.check("destroy by name, and create in the same namespace",
                       [&] { InNamespace(bench, images).after_a_crash(); });
    bench.report.check("an interface that is not there is an error, and leaves nothing",
                       [&] { InNamespace(bench, images).without_its_interface(); });
}

}  // namespace check

// SPDX-License-Identifier: Apache-2.0
#include "kvm.hpp"

#include <fcntl.h>
#include <runphi/agent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache.hpp"
#include "command_line.hpp"
#include "emulator.hpp"
#include "files.hpp"
#include "image_format.hpp"
#include "kernel_parameters.hpp"
#include "machine.hpp"
#include "process.hpp"
#include "socket.hpp"

namespace runphi::qemu {

using sdk::UniqueFd;
using namespace std::chrono_literals;

namespace {

constexpr auto probe_time = 5000ms;  // KVM boots the guest kernel in half a second
constexpr std::size_t init_max = 16U << 20;

// The files that a verdict is about.
struct Subject {
    UniqueFd kernel;
    std::string init;
    ImageFormat format = ImageFormat::raw;
    std::string key;
};

std::string identity(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return path + " missing";
    return path + " " + std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino) + " " +
           std::to_string(info.st_size) + " " + std::to_string(info.st_mtim.tv_sec) + "." +
           std::to_string(info.st_mtim.tv_nsec);
}

Subject open_subject(const sdk::Host& host, const std::string& arch, const std::string& emulator) {
    const std::string folder = std::string(host.guest_dir()) + "/" + arch;
    Subject out;
    out.key = identity(emulator) + "; " + identity(folder + "/kernel") + "; " +
              identity(folder + "/phi-init");
    out.kernel.reset(::open((folder + "/kernel").c_str(), O_RDONLY | O_CLOEXEC));
    out.init = read_small(folder + "/phi-init", init_max);
    struct stat info {};
    if (!out.kernel || out.init.empty() || ::fstat(out.kernel.get(), &info) != 0) {
        out.kernel.reset();
        return out;
    }
    out.format = image_format(out.kernel.get(), static_cast<std::uint64_t>(info.st_size), "kernel");
    return out;
}

// A frame of phi-init's: HELLO, or ERROR because there is no configuration.
bool is_frame(std::string_view bytes) {
    if (bytes.size() < 2 || static_cast<unsigned char>(bytes[0]) != RUNPHI_AGENT_MAGIC)
        return false;
    return bytes[1] == RUNPHI_AGENT_HELLO || bytes[1] == RUNPHI_AGENT_ERROR ||
           bytes[1] == RUNPHI_AGENT_EXIT;
}

bool hears_phi_init(int agent, Deadline deadline) {
    std::string heard;
    while (heard.size() < 4096 && wait_readable(agent, deadline)) {
        char buffer[256];
        const ssize_t n = ::recv(agent, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (n <= 0) return false;
        heard.append(buffer, static_cast<std::size_t>(n));
        const auto at = heard.find(static_cast<char>(RUNPHI_AGENT_MAGIC));
        if (at != std::string::npos && is_frame(std::string_view(heard).substr(at))) return true;
    }
    return false;
}

bool boots_under_kvm(const sdk::Host& host, const Subject& subject, const std::string& arch,
                     const std::string& emulator, Deadline deadline) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        throw sdk::os_error("socketpair");
    }
    const UniqueFd agent(ends[0]);
    UniqueFd theirs(ends[1]);
    const UniqueFd initrd = sealed_memory("kvm-probe", probe_initramfs(subject.init));
    Launch launch;
    launch.emulator = emulator;
    launch.name = "guest=kvm-probe-of-runphi";
    launch.arch = arch;
    launch.machine = machine_for(arch, "linux", subject.format);
    launch.kvm = true;
    launch.serial_card = serial_ports(arch, "linux").on_one_card;
    launch.memory = 256ULL << 20;
    launch.kernel = child_fd::image;
    launch.initrd = child_fd::image + 1;
    launch.cmdline = linux_parameters(arch, launch.machine, {});
    launch.probe = true;
    sdk::SpawnRequest request;
    request.argv = command_line(launch);
    request.fds = {{theirs.get(), child_fd::agent},
                   {subject.kernel.get(), child_fd::image},
                   {initrd.get(), child_fd::image + 1}};
    const sdk::Process process = host.spawn(request);
    theirs.reset();
    const bool alive = hears_phi_init(agent.get(), deadline);
    end_process({process.pid, process.start_time}, Deadline::in(5s));
    return alive;
}

bool probe(const sdk::Host& host, const std::string& arch, const std::string& emulator,
           Deadline deadline) {
    const Subject subject = open_subject(host, arch, emulator);
    if (!subject.kernel) {
        host.info("KVM is not used: no kernel and phi-init of the node to try it with");
        return false;
    }
    const Cache cache(host);
    const UniqueFd lock = cache.lock("kvm-" + arch, deadline);
    if (const auto known = cache.get("kvm-" + arch, subject.key)) return *known == "works";
    if (deadline.poll_ms() < 2 * probe_time.count()) return false;  // no time for a fair trial
    const bool works = boots_under_kvm(host, subject, arch, emulator, Deadline::in(probe_time));
    cache.put("kvm-" + arch, subject.key, works ? "works" : "hangs");
    host.info(works ? "KVM boots the node's guest kernel: used"
                    : "KVM opens, but the node's guest kernel does not come up under it: TCG");
    return works;
}

}  // namespace

bool use_kvm(const sdk::Host& host, Accelerator wanted, const std::string& arch,
             const std::string& emulator, Deadline deadline) {
    if (wanted != Accelerator::automatic) return wanted == Accelerator::kvm;
    if (arch != host_arch() || ::access("/dev/kvm", R_OK | W_OK) != 0) return false;
    try {
        return probe(host, arch, emulator, deadline);
    } catch (const sdk::Error& error) {
        host.warn("KVM is not used: " + error.message());
        return false;
    }
}

}  // namespace runphi::qemu

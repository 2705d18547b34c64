// SPDX-License-Identifier: Apache-2.0
#include <runphi/sdk/socket.hpp>

#include "backend.hpp"
#include "boot_files.hpp"
#include "design.hpp"
#include "disk.hpp"
#include "domain/config_text.hpp"
#include "files.hpp"
#include "helper_client.hpp"
#include "kernel_parameters.hpp"
#include "network.hpp"
#include "partial_tree.hpp"
#include "presence/toolstack.hpp"
#include "programs.hpp"
#include "remove.hpp"
#include "request.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;

namespace {

constexpr auto network_setup_patience = std::chrono::seconds(10);

void keep(int dir_fd, const std::string& name, int fd, std::uint64_t size) {
    copy_all(create_at(dir_fd, name).get(), fd, size, name);
}

// ---- the helper

struct Listeners {
    explicit Listeners(int dir)
        : control(sdk::listen_at(dir, control_socket)),
          console(sdk::listen_at(dir, console_socket)),
          agent(sdk::listen_at(dir, agent_socket)),
          watch(sdk::listen_at(dir, watch_socket)) {}
    UniqueFd control, console, agent, watch;
};

// Descriptors for the helper; -1: none.
struct Resources {
    int network = -1, disk = -1;
};

sdk::ProcessId start_helper(const sdk::Host& host, const std::string& program,
                            const sdk::Partition& partition, const DomainConfig& domain,
                            const BootFiles& files, const Resources& resources) {
    const Listeners listeners(partition.dir_fd);
    const UniqueFd log = create_at(partition.dir_fd, log_file);
    const UniqueFd description = memory_file("domain", write_domain(domain));
    sdk::SpawnRequest request;
    request.argv = {program, std::string(mode::serve), partition.name};
    request.fds = {{description.get(), 0},
                   {log.get(), 2},
                   {listeners.control.get(), child_fd::control},
                   {listeners.console.get(), child_fd::console},
                   {listeners.agent.get(), child_fd::agent},
                   {listeners.watch.get(), child_fd::watch},
                   {partition.dir_fd, child_fd::folder},
                   {files.kernel, child_fd::kernel}};
    if (files.ramdisk >= 0) request.fds.push_back({files.ramdisk, child_fd::ramdisk});
    if (resources.disk >= 0) request.fds.push_back({resources.disk, child_fd::disk});
    if (resources.network >= 0) request.fds.push_back({resources.network, child_fd::network});
    // Our copies of the listening sockets are closed on return: when it dies, nobody listens.
    const sdk::Process process = host.spawn(request);
    return {process.pid, process.start_time};
}

// libxl runs something for each; what is not Xen's own way the helper and we set up.
LoopDevice set_up_disk(const std::vector<sdk::Image>& images, const std::string& script,
                       DomainConfig& domain) {
    if (!domain.disk) return {};
    LoopDevice out = attach_loop(*find_image(images, "disk"), domain.disk->writable);
    domain.disk->device = out.path;
    domain.disk->script = script;
    return out;
}

void set_up_vifs(const sdk::Plan& plan, const std::string& script, DomainConfig& domain) {
    for (Vif& one : domain.net.vifs) {
        if (!one.device.empty()) one.script = script;
    }
    if (plan.kind == "linux" && !domain.net.vifs.empty()) {
        domain.boot.cmdline.append(" runphi.modules=").append(network_module);
    }
}

std::string own_path(int fd) {
    return "/proc/self/fd/" + std::to_string(fd);
}

// ID.cfg names files that outlive the call; the helper reads its own descriptors.
void write_config(const Settings& settings, const sdk::Partition& partition, const std::string& id,
                  DomainConfig domain, const BootFiles& files) {
    const std::string base = partition.dir + "/" + id;
    domain.kernel = base + ".kernel";
    if (files.ramdisk >= 0) domain.ramdisk = base + ".initrd";
    write_whole_at(partition.dir_fd, id + ".cfg", config_text(domain));
    if (!settings.keep_images) return;
    keep(partition.dir_fd, id + ".kernel", files.kernel, files.kernel_size);
    if (files.ramdisk >= 0) {
        keep(partition.dir_fd, id + ".initrd", files.ramdisk, files.ramdisk_size);
    }
}

std::uint32_t await_domain(const sdk::Host& host, const Settings& settings,
                           const sdk::Partition& partition) {
    try {
        const std::string answer =
            ask_helper(partition, request_of(op::created), patience_ms(host, settings));
        const sdk::JsonDocument document(answer, "the helper's answer");
        return static_cast<std::uint32_t>(document.root().at("domid").u64(1, UINT32_MAX));
    } catch (const NoHelper&) {
        std::string words = read_tail_at(partition.dir_fd, log_file, 600).value_or("");
        for (char& c : words) c = c == '\n' ? ';' : c;
        throw Error(Code::hypervisor,
                    "libxl has ended its caller: " + (words.empty() ? "without a word" : words));
    }
}

}  // namespace

std::string XenBackend::create(const sdk::Host& host, const sdk::Partition& partition,
                               const std::vector<sdk::Image>& images) {
    const Settings settings = Settings::parse(host.settings());
    const Presence xen = require_dom0(settings);
    const std::string program = require_program(Program::helper, settings, xen);
    const std::string script = require_program(Program::reader, settings, xen);
    require_toolstack(settings);
    remove_partition(host, partition);
    const sdk::Plan plan(partition.plan);
    DomainConfig domain = design_domain(plan);
    check_images_fit(images, domain);
    set_up_vifs(plan, script, domain);
    const LoopDevice loop = set_up_disk(images, script, domain);
    const BootFiles files = boot_files(domain, images);
    Handle made;
    try {
        ContainerNetwork network(plan, common::Deadline::of(host, network_setup_patience));
        if (const std::string tree = read_partial_tree(domain, images); !tree.empty()) {
            write_whole_at(partition.dir_fd, plan.id + ".dtb", tree);
            domain.device_tree = partition.dir + "/" + plan.id + ".dtb";
        }
        write_config(settings, partition, plan.id, domain, files);
        domain.kernel = own_path(child_fd::kernel);
        if (files.ramdisk >= 0) domain.ramdisk = own_path(child_fd::ramdisk);
        made.helper = start_helper(host, program, partition, domain, files,
                                   {network.descriptor(), loop.fd.get()});
        made.domid = await_domain(host, settings, partition);
        network.join(plan);
    } catch (...) {
        if (made.helper.pid != 0) sdk::end_process(host, made.helper);
        remove_partition(host, partition);
        throw;
    }
    return write_handle(made);
}

}  // namespace runphi::xen

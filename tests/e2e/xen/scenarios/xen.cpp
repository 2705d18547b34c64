// SPDX-License-Identifier: Apache-2.0
#include "xen.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <span>
#include <stdexcept>

#include "core/base/text.hpp"
#include "plugins/xen/hypervisor/libxc.hpp"

extern "C" {
#include <xenstore.h>
}

namespace phi::test {

std::string tool(const std::string& name) {
    const char* path = std::getenv("PATH");
    for (const auto& folder : split(path == nullptr ? "" : path, ':')) {
        const std::string file = text(folder, '/', name);
        if (::access(file.c_str(), X_OK) == 0) return file;
    }
    throw std::runtime_error("there is no program " + name);
}

Result xl(const std::vector<std::string>& args) {
    std::vector<std::string> argv{tool("xl")};
    argv.insert(argv.end(), args.begin(), args.end());
    return run_program(argv, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"});
}

namespace {

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};
template <class T>
using Freed = std::unique_ptr<T, Free>;

xc_interface* hypervisor() {
    static const std::unique_ptr<xc_interface, int (*)(xc_interface*)> opened(
        xc_interface_open(nullptr, nullptr, 0), &xc_interface_close);
    if (!opened) throw std::runtime_error("the hypervisor is not to be asked");
    return opened.get();
}

xs_handle* store() {
    static const std::unique_ptr<xs_handle, void (*)(xs_handle*)> opened(xs_open(0), &xs_close);
    if (!opened) throw std::runtime_error("xenstored is not to be asked");
    return opened.get();
}

std::string name_of(unsigned id) {
    const Freed<char> path(xs_get_domain_path(store(), id));
    unsigned length = 0;
    const Freed<void> name(xs_read(store(), XBT_NULL, text(path.get(), "/name").c_str(), &length));
    return name ? std::string(static_cast<const char*>(name.get()), length) : "(null)";
}

std::string state_of(const xc_domaininfo_t& info) {
    const auto letter = [&](std::uint32_t flag, char one) {
        return (info.flags & flag) != 0 ? one : '-';
    };
    const bool down = (info.flags & XEN_DOMINF_shutdown) != 0;
    const unsigned reason = info.flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask;
    return {letter(XEN_DOMINF_running, 'r'),
            letter(XEN_DOMINF_blocked, 'b'),
            letter(XEN_DOMINF_paused, 'p'),
            letter(XEN_DOMINF_shutdown, 's'),
            down && reason == SHUTDOWN_crash ? 'c' : '-',
            letter(XEN_DOMINF_dying, 'd')};
}

void add_paths(const std::string& parent, std::vector<std::string>& out) {
    unsigned count = 0;
    const Freed<char*> entries(
        xs_directory(store(), XBT_NULL, parent.empty() ? "/" : parent.c_str(), &count));
    // Gone since its parent was asked.
    if (!entries) return;
    for (unsigned i = 0; i < count; ++i) {
        out.push_back(text(parent, '/', entries.get()[i]));
        add_paths(std::string(out.back()), out);
    }
}

}  // namespace

std::vector<Domain> domains() {
    std::array<xc_domaininfo_t, 32> infos{};
    const int count = xc_domain_getinfolist(hypervisor(), 1, infos.size(), infos.data());
    if (count < 0) throw std::runtime_error("Xen does not list its domains");
    std::vector<Domain> all;
    for (const auto& info : std::span(infos).first(static_cast<std::size_t>(count))) {
        const std::uint64_t pages = info.tot_pages + info.outstanding_pages;
        all.push_back({name_of(info.domain), info.domain,
                       static_cast<unsigned>(pages * XC_PAGE_SIZE >> 20), info.nr_online_vcpus,
                       state_of(info)});
    }
    return all;
}

std::optional<Domain> domain(const std::string& name) {
    for (const auto& one : domains()) {
        if (one.name == name) return one;
    }
    return std::nullopt;
}

bool no_domains() {
    return Sandbox::eventually([] { return domains().empty(); }, std::chrono::seconds(20),
                               std::chrono::milliseconds(20));
}

std::vector<std::string> xenstore_paths() {
    std::vector<std::string> out;
    add_paths("", out);
    return out;
}

std::uint64_t free_pages() {
    xc_physinfo_t machine{};
    if (xc_physinfo(hypervisor(), &machine) != 0)
        throw std::runtime_error("Xen does not tell of its memory");
    return machine.free_pages + machine.scrub_pages;
}

std::int64_t missing_pages(std::uint64_t before, std::int64_t may_miss) {
    std::int64_t missing = 0;
    Sandbox::eventually(
        [&] { return (missing = static_cast<std::int64_t>(before - free_pages())) <= may_miss; },
        std::chrono::seconds(5), std::chrono::milliseconds(20));
    return missing;
}

std::string console_log(const std::string& domain, const std::string& port) {
    return read_text(text("/var/log/xen/console/guest-", domain, port, ".log"));
}

}  // namespace phi::test

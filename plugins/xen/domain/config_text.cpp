// SPDX-License-Identifier: Apache-2.0
#include "config_text.hpp"

#include <algorithm>
#include <charconv>

namespace runphi::xen {

namespace {

// xl reads escapes in both kinds of quotation marks.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string hex(std::uint64_t value) {
    char text[16];
    const auto end = std::to_chars(std::begin(text), std::end(text), value, 16).ptr;
    return {text, end};
}

std::string cpu_list(const std::vector<unsigned>& cpus) {
    std::string out;
    for (const unsigned cpu : cpus) out += (out.empty() ? "" : ",") + std::to_string(cpu);
    return out;
}

class Text {
  public:
    void line(const char* key, const std::string& value) {
        out_ += std::string(key) + " = " + value + "\n";
    }
    void number(const char* key, std::uint64_t value) { line(key, std::to_string(value)); }
    void number(const char* key, const std::optional<unsigned>& value) {
        if (value) number(key, std::uint64_t{*value});
    }
    void text(const char* key, const std::string& value) {
        if (!value.empty()) line(key, quoted(value));
    }
    void list(const char* key, const std::vector<std::string>& items) {
        if (items.empty()) return;
        std::string value;
        for (const std::string& one : items) value += (value.empty() ? "" : ", ") + one;
        line(key, "[ " + value + " ]");
    }
    const std::string& all() const { return out_; }

  private:
    std::string out_;
};

void add_cpus(Text& out, const CpuPart& cpu) {
    out.number("vcpus", std::uint64_t{cpu.vcpus});
    std::vector<std::string> items;
    for (const auto& cpus : cpu.affinity) items.push_back(quoted(cpu_list(cpus)));
    out.list("cpus", items);
    out.text("pool", cpu.pool);
    out.number("cpu_weight", cpu.scheduling.weight);
    out.number("cap", cpu.scheduling.cap);
    out.number("period", cpu.scheduling.period);
    out.number("budget", cpu.scheduling.budget);
}

// In xl.cfg numbers of pages are hexadecimal, without 0x.
std::string pages(const PageRange& range) {
    std::string out = hex(range.first) + "," + hex(range.count);
    if (range.guest_first != range.first) out += "@" + hex(range.guest_first);
    return quoted(out);
}

void add_devices(Text& out, const DomainConfig& domain) {
    std::vector<std::string> iomem, irqs, dtdevs, vifs;
    for (const PageRange& one : domain.dev.iomem) iomem.push_back(pages(one));
    for (const PageRange& one : domain.comm.channels) iomem.push_back(pages(one));
    for (const unsigned irq : domain.dev.irqs) irqs.push_back(std::to_string(irq));
    for (const std::string& path : domain.dev.dtdevs) dtdevs.push_back(quoted(path));
    for (const Vif& one : domain.net.vifs) {
        vifs.push_back(quoted("mac=" + one.mac +
                              (one.bridge.empty() ? "" : ",bridge=" + one.bridge) +
                              (one.script.empty() ? "" : ",script=" + one.script)));
    }
    out.list("iomem", iomem);
    out.list("irqs", irqs);
    out.list("dtdev", dtdevs);
    out.list("vif", vifs);
    // xl attaches a block device by itself; our script leaves that to the helper.
    if (domain.disk) {
        out.list("disk", {quoted("format=raw,vdev=xvda,backendtype=phy,access=" +
                                 std::string(domain.disk->writable ? "rw" : "ro") +
                                 ",target=" + domain.disk->device)});
    }
}

}  // namespace

std::string config_text(const DomainConfig& domain) {
    Text out;
    out.text("name", domain.name);
    out.text("uuid", domain.uuid);
    out.text("type", domain.pv ? "pv" : "pvh");
    out.text("kernel", domain.kernel);
    out.text("ramdisk", domain.ramdisk);
    out.text("device_tree", domain.device_tree);
    out.text("cmdline", domain.boot.cmdline);
    // xl counts MiB: what is less does not come to a domain by it.
    out.number("memory", domain.mem.kib / 1024);
    out.number("maxmem", domain.mem.kib / 1024);
    add_cpus(out, domain.cpu);
    if (domain.comm.vuart) out.text("vuart", "sbsa_uart");
    add_devices(out, domain);
    for (const char* key : {"on_poweroff", "on_reboot", "on_watchdog", "on_crash"}) {
        out.text(key, "destroy");
    }
    return out.all();
}

}  // namespace runphi::xen

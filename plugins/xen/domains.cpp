// SPDX-License-Identifier: Apache-2.0
#include "domains.hpp"

#include <charconv>

#include "domain/identity.hpp"

namespace runphi::xen {

namespace {

constexpr std::string_view vm_prefix = "/vm/";  // before the UUID in a domain's node "vm"

std::optional<std::uint32_t> number(const std::string& text) {
    std::uint32_t out = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, out);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == end;
    return whole ? std::optional(out) : std::nullopt;
}

}  // namespace

std::vector<Domain> our_domains(XenStore& store) {
    std::vector<Domain> out;
    const std::string all = "/local/domain";
    for (const std::string& entry : store.directory(all)) {
        const auto domid = number(entry);
        std::string folder = all;
        folder.append("/").append(entry);
        const auto name = store.read(folder + "/name");
        if (!domid || !name || name->rfind(domain_prefix, 0) != 0) continue;
        const std::string vm = store.read(folder + "/vm").value_or("");
        if (vm.rfind(vm_prefix, 0) != 0) continue;
        const auto partition = partition_of(*name, vm.substr(vm_prefix.size()));
        if (partition) out.push_back({*domid, *partition});
    }
    return out;
}

std::optional<Domain> find_domain(XenStore& store, const std::string& partition) {
    for (const Domain& one : our_domains(store)) {
        if (one.partition == partition) return one;
    }
    return std::nullopt;
}

}  // namespace runphi::xen

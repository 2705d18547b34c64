// SPDX-License-Identifier: Apache-2.0
#include "presence.hpp"

#include <charconv>
#include <runphi/sdk.hpp>

#include "../files.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

// xen/include/public/features.h: XENFEAT_dom0 is feature 11.
constexpr unsigned long feature_dom0 = 1UL << 11;
constexpr std::size_t most = 4096;

std::string line(const Settings& settings, const std::string& path) {
    std::string text = read_if_there(settings.root + path, most).value_or("");
    while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.pop_back();
    return text;
}

unsigned number(const std::string& text) {
    unsigned out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

// The capabilities count where there are any; the features are the kernel's word for the same.
bool is_dom0(const Settings& settings, std::string& reason) {
    const std::string capabilities_file = "/proc/xen/capabilities";
    if (const auto capabilities = read_if_there(settings.root + capabilities_file, most)) {
        const bool control = capabilities->find("control_d") != std::string::npos;
        reason = capabilities_file + (control ? " has" : " has no") + " control_d";
        return control;
    }
    const std::string features_file = "/sys/hypervisor/properties/features";
    const std::string text = line(settings, features_file);
    unsigned long features = 0;
    std::from_chars(text.data(), text.data() + text.size(), features, 16);
    reason = features_file + " is " + (text.empty() ? "not there" : text);
    return (features & feature_dom0) != 0;
}

}  // namespace

Presence look_for_xen(const Settings& settings) {
    Presence out;
    const std::string type = line(settings, "/sys/hypervisor/type");
    if (type != "xen") {
        out.reason = type.empty() ? "no hypervisor in /sys/hypervisor/type"
                                  : "/sys/hypervisor/type is \"" + type + "\"";
        return out;
    }
    out.major = number(line(settings, "/sys/hypervisor/version/major"));
    out.minor = number(line(settings, "/sys/hypervisor/version/minor"));
    out.version = std::to_string(out.major) + "." + std::to_string(out.minor) +
                  line(settings, "/sys/hypervisor/version/extra");
    std::string evidence;
    const bool dom0 = is_dom0(settings, evidence);
    out.place = dom0 ? Presence::Place::dom0 : Presence::Place::guest;
    out.reason = "Xen " + out.version + ", " +
                 (dom0 ? "in dom0" : "in a guest, which cannot manage domains") + ": " + evidence;
    return out;
}

Presence require_dom0(const Settings& settings) {
    Presence out = look_for_xen(settings);
    if (out.place == Presence::Place::dom0) return out;
    throw Error(Code::unsupported,
                out.place == Presence::Place::bare ? "not under Xen: " + out.reason : out.reason);
}

}  // namespace runphi::xen

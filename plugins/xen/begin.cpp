// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"
#include "files.hpp"
#include "settings.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

namespace {

// The kinds of guests that this Xen runs: "xen-3.0-aarch64 xen-3.0-armv7l",
// "xen-3.0-x86_64 hvm-3.0-x86_64 ...". On Arm xen- is what there is; on x86 it is PV.
void require_guests(const Settings& settings, const std::string& kind) {
    const std::string file = settings.root + "/sys/hypervisor/properties/capabilities";
    const auto told = read_if_there(file, 4096);
    // No Xen here: what is planned is for another machine, or fails when it is made.
    if (!told) return;
    std::string known = *told;
    while (!known.empty() && known.back() == '\n') known.pop_back();
    if ((" " + known + " ").find(" " + kind + " ") != std::string::npos) return;
    throw Error(Code::unsupported,
                "this Xen runs no guest of the kind " + kind + ": it has \"" + known + "\"",
                kind == "hvm-3.0-x86_64" ? "for PV guests set \"type\" to \"pv\" in "
                                           "backend_settings.xen"
                                         : "");
}

}  // namespace

// What kind of domain it is. Whether libxl can be used is found out at create.
std::string XenBackend::begin(const sdk::Host& host, const sdk::Planning& in) {
    const Settings settings = Settings::parse(host.settings());
    const sdk::Plan plan(in.plan);
    const bool pv = plan.arch == "x86_64" && settings.pv;
    const bool bare = pv || plan.arch == "aarch64";
    require_guests(settings, (bare ? "xen-3.0-" : "hvm-3.0-") + plan.arch);
    return sdk::JsonWriter().object().field("pv", pv).end_object().text();
}

}  // namespace runphi::xen

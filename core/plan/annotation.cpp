// SPDX-License-Identifier: Apache-2.0
#include "core/plan/annotation.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::plan {

void fail_annotation(const std::string& name, const std::string& message) {
    throw Error(Code::invalid, "annotation " + name + ": " + message);
}

void require_allowed(const Settings& settings, const std::string& name) {
    const auto& allowed = settings.granting_annotations;
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) return;
    throw Error(Code::denied,
                text("annotation ", name, " grants hardware, and this node does not allow it"),
                text("an administrator can add ", quoted(name), " to \"annotations\" in ",
                     Settings::default_file));
}

std::vector<std::string> granting_annotation(const oci::Spec& spec, const Settings& settings,
                                             const std::string& name) {
    const std::string* value = spec.annotation(name);
    if (value == nullptr) return {};
    require_allowed(settings, name);
    std::vector<std::string> items;
    for (const auto item : split(*value, ',')) {
        if (item.empty()) fail_annotation(name, "an empty item in " + quoted(*value));
        if (items.size() == items_limit) {
            fail_annotation(name, text("more than ", items_limit, " items"));
        }
        items.emplace_back(item);
    }
    return items;
}

}  // namespace phi::plan

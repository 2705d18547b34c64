// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/oci/linux_names.hpp"
#include "core/oci/spec_read.hpp"
#include "core/oci/version.hpp"

namespace phi::oci::read {

namespace {

[[noreturn]] void refuse(std::string message) {
    throw Error(Code::invalid, std::move(message));
}

void check_environment(const std::vector<std::string>& env) {
    for (const auto& pair : env) {
        const auto equals = pair.find('=');
        if (equals == std::string::npos) refuse("invalid environment variable: " + quoted(pair));
        if (equals == 0) refuse("environment variable name can't be empty: " + quoted(pair));
    }
}

void check_process(const std::optional<Process>& process) {
    if (!process) refuse("process property must not be empty");
    if (process->cwd.empty()) refuse("Cwd property must not be empty");
    if (process->cwd.front() != '/') refuse("Cwd must be an absolute path");
    if (process->args.empty()) refuse("args must not be empty");
    check_environment(process->env);
    for (const auto& limit : process->rlimits) {
        if (!rlimit_number(limit.type)) refuse("wrong rlimit value: " + limit.type);
    }
}

// Takes "1.0.2-dev" and "1.3.0+dev" too: a minor version only adds, so a later one is fine.
void check_version(const std::string& version) {
    if (version.empty()) refuse("config.json: ociVersion: missing");
    const auto numbers =
        split(std::string_view(version).substr(0, version.find_first_of("-+")), '.');
    const bool formed = numbers.size() == 3 &&
                        std::all_of(numbers.begin(), numbers.end(),
                                    [](auto number) { return parse_u64(number).has_value(); });
    if (!formed) refuse(text("config.json: ociVersion: ", quoted(version), " is no version"));
    if (numbers[0] != "1") {
        throw Error(Code::unsupported,
                    text("config.json: ociVersion: ", quoted(version), " is not supported"),
                    text("versions ", version_min, " to ", version_max, " are"));
    }
}

void check_namespaces(const std::vector<Namespace>& namespaces) {
    static constexpr std::array<std::string_view, 8> known = {"pid", "network", "mount",  "ipc",
                                                              "uts", "user",    "cgroup", "time"};
    std::set<std::string_view> seen;
    for (const auto& entry : namespaces) {
        const std::string shown = text("{", quoted(entry.type), " ", quoted(entry.path), "}");
        if (std::find(known.begin(), known.end(), entry.type) == known.end()) {
            refuse("namespace " + shown + " does not exist");
        }
        if (!seen.insert(entry.type).second) {
            refuse("malformed spec file: duplicated ns " + shown);
        }
    }
}

// What sethostname(2) and setdomainname(2) take.
void check_name(const char* key, const std::string& name) {
    if (name.size() > 64) {
        refuse(text("config.json: ", key, ": ", name.size(), " bytes long, at most 64 fit"));
    }
}

}  // namespace

void check(const Spec& spec) {
    check_process(spec.process);
    check_version(spec.version);
    if (spec.root_path.empty()) refuse("root must be specified");
    check_namespaces(spec.namespaces);
    check_name("hostname", spec.hostname);
    check_name("domainname", spec.domainname);
}

}  // namespace phi::oci::read

// SPDX-License-Identifier: Apache-2.0
#include "core/command/exec_process.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/oci/linux_names.hpp"

namespace phi::command {

namespace {

std::uint32_t parse_id(std::string_view word, const char* flag) {
    const auto id = parse_u64(word);
    // (uid_t)-1 means "unchanged" to the kernel.
    if (!id || *id >= UINT32_MAX) {
        throw Error(Code::invalid, text(flag, " ", quoted(word), ": expected a number from 0 to ",
                                        UINT32_MAX - 1));
    }
    return static_cast<std::uint32_t>(*id);
}

void set_user(oci::User& user, const std::string& wanted) {
    if (wanted.empty()) return;
    const auto colon = wanted.find(':');
    user.uid = parse_id(std::string_view(wanted).substr(0, colon), "--user");
    if (colon != std::string::npos) {
        user.gid = parse_id(std::string_view(wanted).substr(colon + 1), "--user");
    }
}

void add_capabilities(oci::Process& process, const std::vector<std::string>& wanted) {
    // Without sets of its own the process has them all.
    if (wanted.empty() || !process.capabilities) return;
    for (const auto& name : wanted) {
        if (!oci::capability_bit(name)) {
            throw Error(Code::invalid, text("unknown capability ", quoted(name)));
        }
        for (auto* set : {&process.capabilities->bounding, &process.capabilities->effective,
                          &process.capabilities->permitted}) {
            if (std::find(set->begin(), set->end(), name) == set->end()) set->push_back(name);
        }
    }
}

void check(const oci::Process& process) {
    const auto refuse = [](const char* why) { throw Error(Code::invalid, why); };
    if (process.cwd.empty()) refuse("Cwd property must not be empty");
    if (process.cwd.front() != '/') refuse("Cwd must be an absolute path");
    if (process.args.empty()) refuse("args must not be empty");
}

oci::Process from_flags(const Exec& options, const oci::Spec& container) {
    if (options.args.empty()) throw Error(Code::invalid, "process args cannot be empty");
    oci::Process process = container.process.value_or(oci::Process{});
    process.args = options.args;
    if (!options.cwd.empty()) process.cwd = options.cwd;
    process.env.insert(process.env.end(), options.env.begin(), options.env.end());
    process.terminal = options.tty.value_or(false);
    if (options.no_new_privs) process.no_new_privileges = *options.no_new_privs;
    set_user(process.user, options.user);
    for (const auto& gid : options.additional_gids) {
        process.user.additional_gids.push_back(parse_id(gid, "--additional-gids"));
    }
    add_capabilities(process, options.capabilities);
    return process;
}

}  // namespace

oci::Process exec_process(const Exec& options, const oci::Spec& container) {
    oci::Process process = options.process_file.empty() ? from_flags(options, container)
                                                        : oci::load_process(options.process_file);
    check(process);
    return process;
}

}  // namespace phi::command

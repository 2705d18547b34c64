// SPDX-License-Identifier: Apache-2.0
#include "core/boot/guest_config.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/oci/linux_names.hpp"
#include "guest/phi-init/config_keys.h"

namespace phi::boot {

namespace {

class Records {
  public:
    void add(std::string_view key, std::string_view value) {
        if (value.find('\0') != std::string_view::npos) {
            throw Error(Code::invalid, text("config.json: ", key, ": ", quoted(value),
                                            ": a NUL byte cannot be passed to the guest"));
        }
        out_ += text(key, '=', value, '\0');
    }
    void add_number(std::string_view key, long long value) { add(key, std::to_string(value)); }
    void add_flag(std::string_view key, bool value) { add(key, value ? "1" : "0"); }
    void add_all(std::string_view key, const std::vector<std::string>& values) {
        for (const auto& value : values) add(key, value);
    }
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

std::string octal(std::uint32_t value) {
    std::string digits;
    do {
        digits.insert(digits.begin(), static_cast<char>('0' + (value & 7)));
        value >>= 3;
    } while (value != 0);
    return digits;
}

std::string mask_of(const std::vector<std::string>& names) {
    std::uint64_t mask = 0;
    for (const auto& name : names) {
        const auto bit = oci::capability_bit(name);
        if (bit) {
            mask |= std::uint64_t{1} << *bit;
        } else {
            log::warn(text("config.json: process.capabilities: unknown capability ", quoted(name),
                           " is ignored"));
        }
    }
    return hex(mask);
}

void add_capabilities(Records& out, const oci::Capabilities& sets) {
    out.add_flag(PHI_KEY_CAPS, true);
    out.add(PHI_KEY_CAP_BOUNDING, mask_of(sets.bounding));
    out.add(PHI_KEY_CAP_EFFECTIVE, mask_of(sets.effective));
    out.add(PHI_KEY_CAP_INHERITABLE, mask_of(sets.inheritable));
    out.add(PHI_KEY_CAP_PERMITTED, mask_of(sets.permitted));
    out.add(PHI_KEY_CAP_AMBIENT, mask_of(sets.ambient));
}

// Of a variable that is there twice the last one counts, as with runc: programs take the first.
std::vector<std::string> without_repeats(const std::vector<std::string>& env) {
    std::set<std::string_view> seen;
    std::vector<std::string> out;
    for (auto one = env.rbegin(); one != env.rend(); ++one) {
        if (seen.insert(std::string_view(*one).substr(0, one->find('='))).second)
            out.push_back(*one);
    }
    std::reverse(out.begin(), out.end());
    return out;
}

void add_process(Records& out, const oci::Process& process) {
    out.add_all(PHI_KEY_ARG, process.args);
    out.add_all(PHI_KEY_ENV, without_repeats(process.env));
    out.add(PHI_KEY_CWD, process.cwd);
    out.add_number(PHI_KEY_UID, process.user.uid);
    out.add_number(PHI_KEY_GID, process.user.gid);
    for (const auto gid : process.user.additional_gids) out.add_number(PHI_KEY_GROUP, gid);
    if (process.user.umask) out.add(PHI_KEY_UMASK, octal(*process.user.umask));
    out.add_flag(PHI_KEY_TERMINAL, process.terminal);
    if (process.console_height) out.add_number(PHI_KEY_ROWS, *process.console_height);
    if (process.console_width) out.add_number(PHI_KEY_COLS, *process.console_width);
    out.add_flag(PHI_KEY_NNP, process.no_new_privileges);
    if (process.oom_score_adj) out.add_number(PHI_KEY_OOM, *process.oom_score_adj);
    for (const auto& limit : process.rlimits) {
        out.add(PHI_KEY_RLIMIT, text(limit.type, ' ', limit.soft, ' ', limit.hard));
    }
    if (process.capabilities) add_capabilities(out, *process.capabilities);
}

void add_mounts(Records& out, const GuestMounts& mounts) {
    for (const auto& mount : mounts.mounts) {
        const std::string options = join(mount.options, ",");
        std::string record = mount.type;
        for (const auto& field : {mount.source, mount.place.text(), options}) {
            if (field.find(PHI_MOUNT_SEPARATOR) != std::string::npos) {
                throw Error(Code::invalid, text("config.json: mounts: ", quoted(field),
                                                ": has a control character"));
            }
            record += PHI_MOUNT_SEPARATOR;
            record += field;
        }
        out.add(PHI_KEY_MOUNT, record);
    }
    for (const auto& place : mounts.read_only) out.add(PHI_KEY_BINDRO, place.text());
    for (const auto& place : mounts.writable) out.add(PHI_KEY_BINDRW, place.text());
}

}  // namespace

std::string guest_config(const oci::Spec& spec, const GuestMounts& mounts) {
    if (!spec.process || spec.process->args.empty()) {
        throw Error(Code::invalid, "process property must not be empty");
    }
    Records out;
    out.add(PHI_KEY_FORMAT, PHI_FORMAT_VERSION);
    add_process(out, *spec.process);
    if (!spec.hostname.empty()) out.add(PHI_KEY_HOSTNAME, spec.hostname);
    if (!spec.domainname.empty()) out.add(PHI_KEY_DOMAINNAME, spec.domainname);
    out.add_flag(PHI_KEY_READONLY, spec.root_readonly);
    add_mounts(out, mounts);
    for (const auto& [name, value] : spec.sysctl) {
        if (name.empty() || name.find('=') != std::string::npos) {
            throw Error(Code::invalid,
                        text("config.json: linux.sysctl: ", quoted(name), ": not a name"));
        }
        out.add(PHI_KEY_SYSCTL, text(name, '=', value));
    }
    out.add_all(PHI_KEY_MASKED, spec.masked_paths);
    out.add_all(PHI_KEY_READONLY_PATH, spec.readonly_paths);
    return out.take();
}

std::string guest_process(const oci::Process& process) {
    Records out;
    out.add(PHI_KEY_FORMAT, PHI_FORMAT_VERSION);
    add_process(out, process);
    return out.take();
}

std::string guest_copy(const GuestCopy& copy) {
    Records out;
    out.add(PHI_KEY_FORMAT, PHI_FORMAT_VERSION);
    out.add(PHI_KEY_ARG, copy.path);
    out.add(PHI_KEY_COPY, copy.in ? PHI_COPY_IN : PHI_COPY_OUT);
    if (copy.in) {
        out.add(PHI_KEY_COPY_NAME, copy.name);
        out.add(PHI_KEY_COPY_MODE, octal(copy.mode));
        out.add(PHI_KEY_COPY_SIZE, std::to_string(copy.size));
    }
    return out.take();
}

}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#include "core/live/cpu_limits.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"

namespace phi::live {

namespace {

// One controller's directory, in which files are written and put back.
class Control {
  public:
    Control(const Cgroup& cgroup, std::string directory, Rollback& undo)
        : cgroup_(cgroup), directory_(std::move(directory)), undo_(undo) {}

    std::string read(const std::string& file) const { return cgroup_.read(file); }

    void write(const std::string& file, const std::string& value) {
        const std::string before = read(file);
        put_at(directory_, file, value);
        undo_.push([path = directory_, file, before] { Control::put_at(path, file, before); });
    }
    // False if the kernel calls the value invalid, beside those that are there now.
    bool write_if_valid(const std::string& file, const std::string& value) {
        try {
            write(file, value);
            return true;
        } catch (const Error& error) {
            if (error.code() != Code::invalid) throw;
            return false;
        }
    }

  private:
    static void put_at(const std::string& directory, const std::string& file,
                       const std::string& value) {
        const std::string path = text(directory, '/', file);
        const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        if (!fd) throw os_error("open " + path);
        if (::write(fd.get(), value.data(), value.size()) < 0)
            throw os_error(text("write ", phi::quoted(value), " to ", path));
    }

    const Cgroup& cgroup_;
    std::string directory_;
    Rollback& undo_;
};

// The kernel refuses a period and a quota that do not fit each other, so with both, one of the two
// orders must do.
void limit_v1(Control& control, const CpuChange& change) {
    if (change.idle) control.write("cpu.idle", std::to_string(*change.idle));
    if (change.shares) control.write("cpu.shares", std::to_string(*change.shares));
    const std::string period = std::to_string(change.period.value_or(0));
    const bool first =
        change.period && change.quota && control.write_if_valid("cpu.cfs_period_us", period);
    if (change.quota) control.write("cpu.cfs_quota_us", std::to_string(*change.quota));
    if (change.period && !first) control.write("cpu.cfs_period_us", period);
    if (change.burst) control.write("cpu.cfs_burst_us", std::to_string(*change.burst));
}

void limit_v2(Control& control, const CpuChange& change) {
    if (change.idle) control.write("cpu.idle", std::to_string(*change.idle));
    if (change.shares)
        control.write("cpu.weight", std::to_string(weight_of_shares(*change.shares)));
    if (change.quota || change.period) {
        const std::string before = control.read("cpu.max");
        const auto space = std::min(before.find(' '), before.size());
        std::string quota = before.substr(0, space);
        if (change.quota) quota = *change.quota < 0 ? "max" : std::to_string(*change.quota);
        const std::string period = change.period
                                       ? std::to_string(*change.period)
                                       : before.substr(std::min(space + 1, before.size()));
        control.write("cpu.max", text(quota, ' ', period));
    }
    if (change.burst) control.write("cpu.max.burst", std::to_string(*change.burst));
}

}  // namespace

void limit_cpu(const Cgroup& cgroup, const CpuChange& change, const std::string& id,
               Rollback& undo) {
    if (!change.limits()) return;
    if (const std::string* v1 = cgroup.with("cpu.shares")) {
        Control control(cgroup, *v1, undo);
        limit_v1(control, change);
    } else if (const std::string* v2 = cgroup.with("cpu.max")) {
        Control control(cgroup, *v2, undo);
        limit_v2(control, change);
    } else {
        throw Error(Code::unsupported,
                    text("container ", id,
                         ": it has no cgroup of its own in which its CPU time could be limited"),
                    "create it with a linux.cgroupsPath");
    }
}

std::uint64_t weight_of_shares(std::uint64_t shares) {
    constexpr std::uint64_t least = 2;
    constexpr std::uint64_t most = 262144;
    const std::uint64_t within = std::clamp(shares, least, most);
    return 1 + (within - least) * 9999 / (most - least);
}

void check_memory_nodes(const Cgroup& cgroup, const std::string& mems) {
    if (mems.empty()) return;
    const auto asked = parse_cpu_list(mems);
    if (!asked)
        throw Error(Code::invalid, text("cpu.mems: ", phi::quoted(mems),
                                        " is no list of memory nodes, as 0,2-3 is"));
    std::string now = cgroup.read("cpuset.mems");
    if (now.empty()) now = cgroup.read("cpuset.mems.effective");
    // Not assigned: GCC 12 for arm64 sees a copy of 2^63 bytes in that.
    if (now.empty()) now.push_back('0');
    if (parse_cpu_list(now) == asked) return;
    throw Error(Code::unsupported,
                text("cpu.mems: nodes ", phi::quoted(mems),
                     " are asked for; the partition's memory is "
                     "on ",
                     phi::quoted(now), " and stays there"),
                "leave it out");
}

}  // namespace phi::live

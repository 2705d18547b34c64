// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/cgroup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/fs/file.hpp"

namespace phi::monitor {

namespace {

// systemd nests "a-b.slice" below "a.slice".
std::string slice_path(const std::string& slice) {
    constexpr std::string_view suffix = ".slice";
    if (slice.empty() || slice == "-.slice") return {};
    if (!slice.ends_with(suffix) || slice.find('/') != std::string::npos) {
        throw Error(Code::invalid, "cgroupsPath: invalid slice name " + quoted(slice));
    }
    const std::string name = slice.substr(0, slice.size() - suffix.size());
    std::string path;
    for (std::size_t dash = name.find('-'); dash != std::string::npos;
         dash = name.find('-', dash + 1)) {
        path += "/" + name.substr(0, dash) + std::string(suffix);
    }
    return path + "/" + slice;
}

std::string systemd_path(const std::string& cgroups_path) {
    const auto parts = split(cgroups_path, ':');
    if (parts.size() != 3) {
        throw Error(Code::invalid,
                    "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd "
                    "cgroups, got " +
                        quoted(cgroups_path) + " instead");
    }
    const std::string slice = parts[0].empty() ? "system.slice" : std::string(parts[0]);
    std::string unit(parts[2]);
    if (!unit.ends_with(".slice"))
        unit = text(parts[1], parts[1].empty() ? "" : "-", unit, ".scope");
    if (unit.find('/') != std::string::npos) {
        throw Error(Code::invalid, "cgroupsPath: invalid unit name " + quoted(unit));
    }
    return slice_path(slice) + "/" + unit;
}

void write_value(const std::string& file, const std::string& value) {
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) throw os_error("open " + file);
    write_all(fd.get(), value, "write " + file);
}

// A new cpuset of cgroup v1 is empty and takes no process until it has CPUs and memory nodes.
void fill_cpuset(const std::string& directory) {
    for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
        if (::access((directory + file).c_str(), F_OK) != 0) return;
        std::string own = read_file(directory + file, 1U << 16);
        if (own.find_first_not_of(" \n") != std::string::npos) continue;
        const std::string parent = directory.substr(0, directory.rfind('/'));
        write_value(directory + file, read_file(parent + file, 1U << 16));
    }
}

std::vector<std::string> chain(const std::string& mount, const std::string& path) {
    std::vector<std::string> directories;
    std::string at = mount;
    for (const std::string_view part : split(std::string_view(path).substr(1), '/')) {
        at += text("/", part);
        directories.push_back(at);
    }
    return directories;
}

void join_one(const CgroupMount& mount, const std::string& path, pid_t process) {
    for (const auto& directory : chain(mount.path, path)) {
        if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) {
            throw os_error("mkdir " + directory);
        }
        if (!mount.v2) fill_cpuset(directory);
    }
    write_value(mount.path + path + "/cgroup.procs", std::to_string(process));
}

}  // namespace

std::vector<CgroupMount> cgroup_mounts(const std::string& mountinfo) {
    std::vector<CgroupMount> mounts;
    for (const std::string_view line : split(mountinfo, '\n')) {
        const auto dash = line.find(" - ");
        if (dash == std::string_view::npos) continue;
        const auto fields = split(line.substr(0, dash), ' ');
        const std::string_view type = split(line.substr(dash + 3), ' ').front();
        if (fields.size() < 5 || (type != "cgroup" && type != "cgroup2")) continue;
        mounts.push_back({std::string(fields[4]), type == "cgroup2"});
    }
    return mounts;
}

std::string cgroup_path(const std::string& cgroups_path, bool systemd) {
    if (cgroups_path.empty()) return {};
    const std::string written = systemd ? systemd_path(cgroups_path) : cgroups_path;
    std::string clean;
    for (const std::string_view part : split(written, '/')) {
        if (part == "..") {
            throw Error(Code::invalid,
                        "cgroupsPath " + quoted(cgroups_path) + " must not contain \"..\"");
        }
        if (!part.empty() && part != ".") clean += text("/", part);
    }
    return clean;
}

std::vector<std::string> missing_cgroups(const std::vector<CgroupMount>& mounts,
                                         const std::string& path) {
    std::vector<std::string> missing;
    if (path.empty()) return missing;
    for (const auto& mount : mounts) {
        for (const auto& directory : chain(mount.path, path)) {
            if (::access(directory.c_str(), F_OK) != 0) missing.push_back(directory);
        }
    }
    return missing;
}

void join_cgroups(const std::vector<CgroupMount>& mounts, const std::string& path, pid_t process) {
    if (path.empty()) return;
    for (const auto& mount : mounts) {
        try {
            join_one(mount, path, process);
        } catch (const Error& error) {
            if (error.code() != Code::denied) throw;
            log::debug("cgroup: " + error.message());
        }
    }
}

}  // namespace phi::monitor

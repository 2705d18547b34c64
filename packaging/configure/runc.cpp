// SPDX-License-Identifier: Apache-2.0
#include "runc.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/base/unique_fd.hpp"
#include "core/forward/identity.hpp"

namespace phi::configure {
namespace {

// As engines look: containerd and Docker by PATH, in the order of a fresh login.
constexpr std::array places = {"/usr/local/sbin/runc", "/usr/local/bin/runc", "/usr/sbin/runc",
                               "/usr/bin/runc"};
constexpr const char* divert = "/usr/bin/dpkg-divert";

bool same_file(const Root& root, const std::string& one, const std::string& other) {
    struct stat a {};
    struct stat b {};
    return ::lstat(root.at(one).c_str(), &a) == 0 && ::lstat(root.at(other).c_str(), &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool has_dpkg(const Root& root) {
    return root.has(divert) && root.has_directory("/var/lib/dpkg");
}

// With --no-rename it only writes dpkg's records; the files are ours to move, without an instant in
// which there is no runc.
void tell_dpkg(const Root& root, const Step& step, const char* what) {
    std::vector<std::string> argv{divert};
    if (!root.is_machine()) {
        argv.insert(argv.end(), {"--root", root.dir()});
    }
    argv.insert(argv.end(),
                {"--quiet", "--local", "--no-rename", "--divert", step.vanilla, what, step.path});
    const auto ran = Root("/").run(argv);
    if (ran.status != 0) {
        throw Error(Code::io, text("dpkg-divert ", what, " ", step.path, ": status ", ran.status,
                                   ": ", ran.out));
    }
}

void require_runs(const Root& root, const std::string& path, const std::string& what) {
    const auto ran = root.run({path, "--version"});
    if (ran.status == 0) return;
    throw Error(Code::invalid, text(path, " --version: status ", ran.status, ": ", ran.out),
                text(what, " does not run on this machine"));
}

}  // namespace

std::string find_runc(const Root& root) {
    for (const char* place : places) {
        if (root.has(place)) return place;
    }
    throw Error(Code::not_found, "there is no runc on this machine",
                "install it (Debian: apt install runc): containers that are no partitions need it");
}

bool is_ours(const Root& root, const std::string& path) {
    const UniqueFd file(::open(root.at(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    return file && forward::is_runphi(file.get());
}

Change take_place(const Root& root, const std::string& runphi) {
    Step step;
    step.kind = Step::Kind::runc;
    step.path = find_runc(root);
    step.vanilla = step.path + "_vanilla";
    step.diverted = has_dpkg(root);
    if (is_ours(root, step.path)) {
        throw Error(Code::exists, text(step.path, " is runPHI already"),
                    "runphi-configure --check says what there is; it was not put there by "
                    "runphi-configure, or its record is lost");
    }
    if (root.has(step.vanilla)) {
        throw Error(Code::exists, text(step.vanilla, " is there already, and may be the only runc"),
                    text("look at both; the right one belongs at ", step.path));
    }
    const std::filesystem::path target = std::filesystem::path(runphi).lexically_relative(
        std::filesystem::path(step.path).parent_path());
    return {step, [&root, step, target] {
                require_runs(root, step.path, "the runc that is to be kept");
                root.link(step.path, step.vanilla);
                if (step.diverted) tell_dpkg(root, step, "--add");
                root.point(step.path, target.string());
                prove(root, step);
            }};
}

void prove(const Root& root, const Step& step) {
    require_runs(root, step.vanilla, "the runc that was kept");
    require_runs(root, step.path, "runPHI in the place of runc");
    if (is_ours(root, step.vanilla) || !is_ours(root, step.path)) {
        throw Error(Code::internal, text(step.path, " is not runPHI, or ", step.vanilla, " is"));
    }
}

void undo_runc(const Root& root, const Step& step) {
    if (root.has(step.vanilla)) {
        // A runc that came to the place since, by hand or with a package, is newer than the kept
        // one.
        const bool ours = is_ours(root, step.path);
        if (same_file(root, step.path, step.vanilla) || (!ours && root.has(step.path))) {
            root.remove(step.vanilla);
        } else {
            root.rename(step.vanilla, step.path);
        }
    }
    if (!root.has(step.path) || is_ours(root, step.path)) {
        throw Error(Code::not_found,
                    text("there is no runc to put back: neither ", step.path, " nor ", step.vanilla,
                         " is one"),
                    "install it again (Debian: apt install --reinstall runc)");
    }
    if (step.diverted) tell_dpkg(root, step, "--remove");
}

}  // namespace phi::configure

// SPDX-License-Identifier: Apache-2.0
#include "node_tree.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "core/base/text.hpp"

namespace phi::test {

namespace fs = std::filesystem;

NodeTree::NodeTree() {
    for (const char* folder : {"/usr/bin", "/usr/sbin", "/usr/libexec/runphi", "/etc/runphi",
                               "/usr/lib/runphi/backends", "/usr/share/runPHI/guest", "/var/lib"}) {
        fs::create_directories(at(folder));
    }
    fs::copy_file(runphi_binary(), at("/usr/bin/runphi"));
    fs::copy_file(core_binary(), at("/usr/libexec/runphi/runphi-core"));
    fs::copy_file(build_dir() + "/sbin/runphi-configure", at("/usr/sbin/runphi-configure"));
    fs::copy(build_dir() + "/backends/fake", at("/usr/lib/runphi/backends/fake"),
             fs::copy_options::recursive);
    put("/etc/runphi/runphi.json",
        text("{\n  \"backends_dir\": \"", dir(), "/usr/lib/runphi/backends\",\n  \"state_dir\": \"",
             dir(), "/run/runPHI\",\n  \"guest_dir\": \"", dir(),
             "/usr/share/runPHI/guest\",\n  \"board\": \"", dir(),
             "/etc/runphi/board.json\"\n}\n"));
    for (const char* arch : {"x86_64", "aarch64"}) {
        put(text("/usr/share/runPHI/guest/", arch, "/kernel"), "a kernel");
    }
    put_runc("1.1.5");
}

void NodeTree::put(const std::string& path, const std::string& content, bool executable) const {
    folder_.write(path.substr(1), content, executable);
}

void NodeTree::add_dpkg() const {
    put("/usr/bin/dpkg-divert", "the machine's own is run", true);
    put("/var/lib/dpkg/status", "");
}

void NodeTree::put_runc(const std::string& version, const std::string& path) const {
    fs::remove(at(path));  // as a package does: what it unpacks is another file
    put(path, text("#!/bin/sh\necho runc version ", version, "\n"), true);
}

std::string NodeTree::version_of(const std::string& path) const {
    const std::string out = run_program({at(path), "--version"}).out;
    return out.substr(0, out.find('\n'));
}

std::vector<std::string> NodeTree::command(const std::vector<std::string>& args) const {
    std::vector<std::string> argv{at("/usr/sbin/runphi-configure"), "--root", dir()};
    argv.insert(argv.end(), args.begin(), args.end());
    return argv;
}

Result NodeTree::configure(const std::vector<std::string>& args) const {
    return run_program(command(args), {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"});
}

std::map<std::string, std::string> NodeTree::everything() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(dir())) {
        const std::string name = entry.path().string().substr(dir().size());
        if (name.starts_with("/var/lib/dpkg/")) continue;  // its own book-keeping
        struct stat found {};
        ::lstat(entry.path().c_str(), &found);
        std::string& what = out[name];
        what = text(found.st_mode, " ");
        if (entry.is_symlink()) {
            what += fs::read_symlink(entry.path()).string();
        } else if (entry.is_regular_file()) {
            what += hex(fnv1a(read_text(entry.path())));
        }
    }
    return out;
}

std::string NodeTree::changed_since(const std::map<std::string, std::string>& then) const {
    const auto now = everything();
    std::string out;
    for (const auto& [path, what] : now) {
        const auto old = then.find(path);
        if (old == then.end()) {
            out += "new: " + path + "\n";
        } else if (old->second != what) {
            out += "other: " + path + "\n";
        }
    }
    for (const auto& [path, what] : then) {
        if (now.count(path) == 0) out += "gone: " + path + "\n";
    }
    return out;
}

}  // namespace phi::test

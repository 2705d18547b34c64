// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include <string.h>
#include <sys/utsname.h>

#include <algorithm>
#include <filesystem>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/board/board.hpp"

namespace phi::configure {
namespace {

namespace fs = std::filesystem;

constexpr int prepare_limit_s = 300;  // it unpacks a kernel and hundreds of modules

void set(json::Document& settings, const char* name, const std::string& value) {
    auto& pool = settings.GetAllocator();
    settings.RemoveMember(name);
    settings.AddMember(json::Value(name, pool).Move(), json::Value(value, pool).Move(), pool);
}

// The newest of /boot/vmlinuz-RELEASE whose modules are installed, by name, as Debian sorts them.
std::string newest_release(const Root& root) {
    std::string found;
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator(root.at("/boot"), gone)) {
        const std::string name = entry.path().filename();
        if (!name.starts_with("vmlinuz-")) continue;
        const std::string release = name.substr(8);
        const bool whole = root.has_directory("/lib/modules/" + release);
        if (whole && (found.empty() || ::strverscmp(release.c_str(), found.c_str()) > 0)) {
            found = release;
        }
    }
    return found;
}

Change made(const std::string& path, std::function<void()> perform) {
    Step step;
    step.kind = Step::Kind::made;
    step.path = path;
    return {step, std::move(perform)};
}

void require(const Root::Ran& ran, const std::string& what) {
    if (ran.status == 0) return;
    throw Error(Code::io, text(what, ": status ", ran.status, ": ", ran.out));
}

}  // namespace

std::string our_program(const std::string& name, const Root& root) {
    const fs::path self = fs::read_symlink("/proc/self/exe");
    return root.inside(self.parent_path().parent_path() / name);
}

std::string machine_arch() {
    utsname name{};
    ::uname(&name);
    return name.machine;
}

std::string choose_backend(const Root& root, const std::string& named) {
    const Settings settings = root.settings();
    const auto backend = named.empty() ? backend::Backend::select(settings)
                                       : backend::Backend::load(named, settings);
    return backend->id();
}

void change_settings(const Root& root, const Options& options, std::vector<Change>& changes) {
    if (options.backend.empty()) return;
    const std::string file = Settings::default_file;
    json::Document settings = json::parse(root.read(file).value_or("{}"), file);
    if (!settings.IsObject()) throw Error(Code::invalid, file + ": it is no object");
    if (forwards_all(options)) {
        set(settings, "select", "none");
        settings.RemoveMember("backend");
    } else {
        set(settings, "backend", options.backend);
        if (settings.HasMember("select") && settings["select"] == "none") {
            settings.RemoveMember("select");
        }
    }
    const std::string content = json::write(settings, true) + "\n";
    Settings::parse(content, file);
    change_file(root, file, content, changes);
}

void save_board(const Root& root, std::vector<Change>& changes) {
    const std::string file = "/etc/runphi/board.json";
    if (root.has(file)) return;
    const auto backend = backend::Backend::select(root.settings());
    const board::Board found =
        board::parse_board(backend->inventory(), "the board that " + backend->id() + " found");
    change_file(root, file, board::write_board(found), changes);
}

std::string prepare_guest(const Root& root, const Options& options, std::vector<Change>& changes) {
    const std::string arch = machine_arch();
    const std::string guest_dir = root.inside(root.settings().guest_dir);
    const std::string dir = text(guest_dir, "/", arch);
    std::string kernel = options.kernel, modules = options.modules;
    if (!kernel.empty() && root.has(dir + "/kernel")) {
        throw Error(Code::exists, text("--kernel: there is a guest kernel, ", dir, "/kernel"),
                    text("runphi-prepare-guest replaces it; or remove it first"));
    }
    if (kernel.empty()) {
        if (root.has(dir + "/kernel")) return {};
        const std::string release = newest_release(root);
        if (release.empty()) {
            return text(
                "no kernel with modules in /boot: Linux guests need one; install a kernel "
                "(Debian: apt install linux-image-cloud-",
                arch == "aarch64" ? "arm64" : "amd64",
                "), or name a file with --kernel, and run this again");
        }
        kernel = "/boot/vmlinuz-" + release;
        modules = "/lib/modules/" + release;
    }
    const auto prepare = [&root, arch, kernel, modules, guest_dir] {
        std::vector<std::string> argv{our_program("libexec/runphi/runphi-prepare-guest", root),
                                      "--arch", arch, "--kernel", root.at(kernel)};
        if (!modules.empty()) argv.insert(argv.end(), {"--modules", root.at(modules)});
        argv.push_back(root.at(guest_dir));
        require(root.run(argv, prepare_limit_s), "runphi-prepare-guest");
    };
    changes.push_back(made(dir + "/modules", [] {}));
    changes.push_back(made(dir + "/kernel", prepare));
    return {};
}

}  // namespace phi::configure

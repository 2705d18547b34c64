// SPDX-License-Identifier: Apache-2.0
#include "bundles.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "machine.hpp"

namespace phi::bench {

namespace fs = std::filesystem;

namespace {

constexpr const char* environment = R"("env": ["PATH=/bin"])";

std::string config(const std::string& process) {
    return R"({"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", )" +
           process + R"(},
 "mounts": [
  {"destination": "/proc", "type": "proc", "source": "proc"},
  {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]}],
 "linux": {"namespaces": [{"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"},
  {"type": "mount"}]}})";
}

}  // namespace

Program Runtime::command(const std::vector<std::string>& words) const {
    Program program{prefix, env};
    program.argv.insert(program.argv.end(), words.begin(), words.end());
    return program;
}

Program Runtime::create(const std::string& bundle, const std::string& id) const {
    return command({"create", "--bundle", bundle, "--pid-file", pid_file, id});
}

Runtime runphi_of(const test::Sandbox& node) {
    return {"runphi", {test::runphi_binary()}, node.environment(), node.dir() + "/runphi.pid"};
}

Runtime runtime_of(const std::string& name, const test::Sandbox& node) {
    const std::string path = find_program(name);
    return {name,
            {path, "--root", node.dir() + "/" + name},
            {"PATH=/usr/bin:/usr/sbin"},
            text(node.dir(), "/", name, ".pid"),
            path.empty() ? "not installed" : ""};
}

pid_t read_pid(const Runtime& runtime) {
    const auto pid = parse_u64(test::read_text(runtime.pid_file));
    if (!pid) throw Error(Code::io, runtime.pid_file + ": no process id in it");
    return static_cast<pid_t>(*pid);
}

std::string busybox_bundle(const test::Sandbox& node, const std::string& name,
                           const std::string& args) {
    const std::string bundle = node.bundle(name, config(text(environment, ", \"args\": ", args)));
    const std::string bin = bundle + "/rootfs/bin";
    const std::string busybox = find_program("busybox");
    if (busybox.empty()) throw Error(Code::not_found, "busybox is not installed");
    for (const char* folder : {"bin", "proc", "dev"}) {
        fs::create_directories(text(bundle, "/rootfs/", folder));
    }
    fs::copy_file(busybox, bin + "/busybox");
    for (const char* applet : {"true", "echo"}) fs::create_symlink("busybox", bin + "/" + applet);
    return bundle;
}

std::string inmate_bundle(const test::Sandbox& node, const std::string& name,
                          const std::string& script) {
    const std::string bundle =
        node.bundle(name, config(R"("env": ["INMATE=/boot/inmate"], "args": ["inmate"])"));
    fs::create_directories(bundle + "/rootfs/boot");
    test::write_text(bundle + "/rootfs/boot/inmate", script);
    return bundle;
}

}  // namespace phi::bench

// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <thread>

#include "core/base/error.hpp"
#include "core/base/process.hpp"
#include "core/base/text.hpp"
#include "core/base/time.hpp"
#include "core/fs/file.hpp"

namespace phi::test {

namespace fs = std::filesystem;

std::string build_dir() {
    return RUNPHI_BUILD_DIR;
}
std::string runphi_binary() {
    return build_dir() + "/bin/runphi";
}
std::string core_binary() {
    return build_dir() + "/libexec/runphi/runphi-core";
}

bool sanitized() {
    return *RUNPHI_SANITIZERS != '\0';
}

void write_text(const std::string& path, const std::string& text, unsigned mode) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) throw std::runtime_error("cannot write " + path);
    ::chmod(path.c_str(), static_cast<mode_t>(mode));
}

std::string read_text(const std::string& path) {
    try {
        return read_file(path, 64U << 20);
    } catch (const Error&) {
        return {};
    }
}

namespace {

// A file for a child's output: unlike a pipe it never fills, and a process that outlives the child
// and holds it open does not keep us waiting.
UniqueFd output_file() {
    return UniqueFd(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

}  // namespace

Result run_program(const std::vector<std::string>& argv, const std::vector<std::string>& env,
                   const std::string& input) {
    const UniqueFd in = memory_file("stdin", input);
    const UniqueFd out = output_file();
    const UniqueFd err = output_file();
    ::lseek(in.get(), 0, SEEK_SET);
    Spawned child =
        spawn({argv, env, {{in.get(), 0}, {out.get(), 1}, {err.get(), 2}}, -1, false, true});
    pollfd ended{child.pidfd.get(), POLLIN, 0};
    if (::poll(&ended, 1, 120'000) == 0) send_signal(child.id, SIGKILL);
    int status = 0;
    ::waitpid(child.id.pid, &status, 0);
    Result result;
    result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    result.out = read_fd(out.get(), "stdout", 64U << 20);
    result.err = read_fd(err.get(), "stderr", 64U << 20);
    return result;
}

Sandbox::Sandbox(const std::string& backend, const std::string& settings) : backend_(backend) {
    char name[] = "/tmp/runphi-test-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp");
    dir_ = name;
    fs::create_directories(dir_ + "/backends");
    if (!backend.empty()) install(backend);
    configure(settings);
}

void Sandbox::install(const std::string& backend) {
    fs::copy(build_dir() + "/backends/" + backend, dir_ + "/backends/" + backend,
             fs::copy_options::recursive);
    for (const auto& entry : fs::recursive_directory_iterator(dir_ + "/backends")) {
        ::chmod(entry.path().c_str(), 0755);
        [[maybe_unused]] const int owned = ::chown(entry.path().c_str(), 0, 0);
    }
}

Sandbox::~Sandbox() {
    const std::string left = remains();
    for (const auto& line : split(left, '\n')) {
        if (line.starts_with("process ")) {
            const auto pid = parse_u64(split(line, ' ')[1]);
            if (pid) ::kill(static_cast<pid_t>(*pid), SIGKILL);
        }
    }
    std::error_code ignored;
    fs::remove_all(dir_, ignored);
}

void Sandbox::configure(const std::string& settings) {
    // The machine's own runc has containers that are none of ours.
    const std::string backend = backend_.empty() ? "" : text("\"backend\": \"", backend_, "\", ");
    const bool names_runc = settings.find("\"runc\":") != std::string::npos;
    write_text(
        config(),
        text("{\"state_dir\": \"", state_dir(), "\", \"backends_dir\": \"", dir_, "/backends\", ",
             backend, "\"board\": \"", dir_, "/board.json\", \"log_file\": \"", dir_,
             "/runphi.log\"", names_runc ? "" : ", \"runc\": \"/nonexistent/runc\"",
             settings.empty() ? "" : ", ", settings, "}\n"),
        0600);
}

std::vector<std::string> Sandbox::command(const std::vector<std::string>& args) const {
    std::vector<std::string> argv{runphi_binary()};
    argv.insert(argv.end(), args.begin(), args.end());
    return argv;
}

std::string Sandbox::cgroup() const {
    return dir_.substr(dir_.rfind('/'));
}

std::vector<std::string> Sandbox::environment() const {
    return {"RUNPHI_CONFIG=" + config()};
}

Result Sandbox::run(const std::vector<std::string>& args, const std::string& input,
                    const std::vector<std::string>& env) const {
    auto all = environment();
    all.insert(all.end(), env.begin(), env.end());
    return run_program(command(args), all, input);
}

std::string Sandbox::bundle(const std::string& name, const std::string& config) const {
    const std::string path = dir_ + "/" + name;
    fs::create_directories(path + "/rootfs");
    write_text(path + "/config.json", config);
    return path;
}

std::string Sandbox::inmate_bundle(const std::string& name, const std::string& script,
                                   const std::string& extra) const {
    const std::string path =
        bundle(name, text("{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, "
                          "\"process\": {\"cwd\": \"/\", "
                          "\"args\": [\"inmate\"], \"env\": [\"INMATE=/boot/inmate\"]}",
                          extra.empty() ? "" : ", ", extra, "}"));
    fs::create_directories(path + "/rootfs/boot");
    write_text(path + "/rootfs/boot/inmate", script);
    return path;
}

namespace {

void find_processes(const std::string& dir, std::string& found) {
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string pid = entry.path().filename();
        if (!parse_u64(pid) || pid == std::to_string(::getpid())) continue;
        std::error_code error;
        const std::string cwd = fs::read_symlink(entry.path() / "cwd", error);
        std::string argv = read_text(entry.path() / "cmdline");
        const std::string environ = read_text(entry.path() / "environ");
        const bool ours = cwd.starts_with(dir) || argv.find(dir) != std::string::npos ||
                          environ.find(dir) != std::string::npos;
        if (!ours || !start_time_of(static_cast<pid_t>(*parse_u64(pid)))) continue;
        for (char& byte : argv) byte = byte == '\0' ? ' ' : byte;
        found += "process " + pid + " " + argv + "\n";
    }
}

void find_cgroups(const std::string& ours, std::string& found) {
    std::error_code error;
    for (const auto& hierarchy : fs::directory_iterator("/sys/fs/cgroup", error)) {
        for (const auto& group : fs::directory_iterator(hierarchy.path(), error)) {
            if (group.path().filename() == ours) found += "cgroup " + group.path().string() + "\n";
        }
    }
}

}  // namespace

std::string Sandbox::remains() const {
    std::string found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(state_dir(), error)) {
        const std::string name = entry.path().filename();
        if (name == "@ledger.lock" || name == "@cache") continue;
        if (name[0] == '@' && fs::is_empty(entry.path(), error)) continue;
        found += "state " + entry.path().string() + "\n";
    }
    find_processes(dir_, found);
    const std::string mounted = mounts();
    for (const auto& line : split(mounted, '\n')) {
        if (!line.empty()) found += text("mount ", line, "\n");
    }
    find_cgroups(cgroup().substr(1), found);
    return found;
}

std::string Sandbox::mounts() const {
    std::string found;
    const std::string all = read_text("/proc/self/mountinfo");
    for (const auto& line : split(all, '\n')) {
        if (line.find(dir_) != std::string_view::npos) found += text(line, "\n");
    }
    return found;
}

bool Sandbox::eventually(const std::function<bool()>& condition, std::chrono::seconds limit,
                         std::chrono::milliseconds pause) {
    const Deadline until = Deadline::in(limit);
    while (!condition()) {
        if (until.passed()) return false;
        std::this_thread::sleep_for(pause);
    }
    return true;
}

}  // namespace phi::test

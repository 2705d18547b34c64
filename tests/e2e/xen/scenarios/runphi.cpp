// SPDX-License-Identifier: Apache-2.0
#include "runphi.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>
#include <stdexcept>

#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "xen.hpp"

namespace phi::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* board_file = "/etc/runphi/board.json";

// Emulation is slow, and so is a machine that does other things, too.
constexpr std::chrono::seconds patience{110};

std::vector<std::string> command(const std::vector<std::string>& args) {
    std::vector<std::string> argv{runphi_program};
    argv.insert(argv.end(), args.begin(), args.end());
    return argv;
}

std::string also(const std::string& members) {
    return members.empty() ? "" : ", " + members;
}

std::string new_bundle(const std::string& name, const std::string& process,
                       const std::string& annotations, const std::string& more = "") {
    const std::string bundle = "/bundles/" + name;
    fs::remove_all(bundle);
    fs::create_directories(bundle + "/rootfs");
    write_text(bundle + "/config.json",
               text("{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"},\n",
                    "\"process\": {\"cwd\": \"/\", ", process, "},\n\"annotations\": {",
                    annotations, "},\n\"mounts\": [{\"destination\": \"/proc\", ",
                    "\"type\": \"proc\", \"source\": \"proc\"}]", also(more), "}\n"));
    return bundle;
}

}  // namespace

Result runphi(const std::vector<std::string>& args) {
    return run_program(command(args));
}

std::string status_of(const std::string& id) {
    const std::string state = runphi({"state", id}).out;
    constexpr std::string_view key = "\"status\": \"";
    const auto at = state.find(key);
    if (at == std::string::npos) return {};
    return state.substr(at + key.size(), state.find('"', at + key.size()) - at - key.size());
}

void configure(const std::string& settings) {
    fs::create_directories("/etc/runphi");
    fs::remove("/etc/runphi/runphi.json");
    if (!settings.empty()) write_text("/etc/runphi/runphi.json", settings, 0600);
}

ChangedBoard::ChangedBoard(std::initializer_list<Change> changes) {
    std::string board = runphi({"board", "--discover"}).out;
    for (const auto& [words, others] : changes) {
        const auto at = board.find(words);
        if (at == std::string::npos) throw std::runtime_error("not a board: " + board);
        board.replace(at, words.size(), others);
    }
    fs::create_directories("/etc/runphi");
    write_text(board_file, board, 0600);
}

ChangedBoard::~ChangedBoard() {
    std::error_code none;
    fs::remove(board_file, none);
}

std::string inmate_bundle(const std::string& inmate, const std::string& annotations) {
    const std::string bundle =
        new_bundle(inmate, "\"args\": [\"inmate\"], \"env\": [\"INMATE=/boot/inmate.elf\"]",
                   "\"org.runphi.memory\": \"32M\"" + also(annotations));
    fs::create_directories(bundle + "/rootfs/boot");
    fs::copy_file(text(inmates, '/', inmate, ".elf"), bundle + "/rootfs/boot/inmate.elf");
    return bundle;
}

std::string linux_bundle(const std::string& name, const std::string& script,
                         const std::string& annotations, const std::string& more) {
    const std::string bundle = new_bundle(
        name, text("\"args\": [\"sh\", \"-c\", \"", script, "\"], \"env\": [\"PATH=/bin\"]"),
        "\"org.runphi.guest\": \"linux\", \"org.runphi.memory\": \"192M\"" + also(annotations),
        more);
    fs::create_directories(bundle + "/rootfs/bin");
    fs::create_directories(bundle + "/rootfs/proc");
    fs::copy_file("/bin/busybox", bundle + "/rootfs/bin/busybox");
    for (const char* applet :
         {"sh", "cat", "echo", "id", "ip", "kill", "mkdir", "mount", "nproc", "ping", "sleep"})
        fs::create_symlink("busybox", bundle + "/rootfs/bin/" + applet);
    return bundle;
}

namespace {

void make_initrd(const std::string& file, const std::string& init,
                 const std::vector<std::string>& modules) {
    const std::string tree = "/tmp/initrd";
    fs::remove_all(tree);
    for (const char* folder : {"/bin", "/dev", "/sbin"}) fs::create_directories(tree + folder);
    fs::copy_file("/bin/busybox", tree + "/bin/busybox");
    for (const auto& name : modules)
        fs::copy_file(text("/modules/", name, ".ko"), text(tree, '/', name, ".ko"));
    // What the kernel runs when Xen asks it to shut down.
    write_text(tree + "/sbin/poweroff", "#!/bin/busybox sh\n/bin/busybox poweroff -f\n", 0755);
    write_text(tree + "/init", text("#!/bin/busybox sh\n", init), 0755);
    const Result packed = run_program(
        {"/bin/busybox", "sh", "-c", "cd /tmp/initrd && find . | cpio -o -H newc >" + file});
    if (packed.status != 0) throw std::runtime_error("pack the initrd: " + packed.err);
}

}  // namespace

std::string kernel_bundle(const std::string& name, const std::string& init,
                          const std::string& annotations, const std::vector<std::string>& modules,
                          const std::string& more) {
    const std::string bundle =
        new_bundle(name, "\"args\": [\"kernel\"]",
                   text("\"org.runphi.kernel\": \"/boot/kernel\", ",
                        "\"org.runphi.initrd\": \"/boot/initrd\", ",
                        "\"org.runphi.cmdline\": \"quiet panic=-1\", ",
                        "\"org.runphi.memory\": \"192M\"", also(annotations)),
                   more);
    const std::string boot = bundle + "/rootfs/boot";
    fs::create_directories(boot);
    fs::copy_file("/usr/share/runPHI/guest/" RUNPHI_XEN_MACHINE "/kernel", boot + "/kernel");
    make_initrd(boot + "/initrd", init, modules);
    return bundle;
}

Container::Container() : out_(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {}

Container::~Container() {
    runphi({"delete", "--force", "c"});
    EXPECT_EQ(before_.after_a_while(), "");
    EXPECT_LE(before_.missing_pages(kept_pages), kept_pages);
}

Result Container::run(const std::string& bundle) {
    return runphi({"run", "--bundle", bundle, "c"});
}

void Container::begin(const std::string& bundle) {
    background_ = spawn({command({"run", "--bundle", bundle, "c"}), {}, {{out_.get(), 1}}});
}

std::string Container::output() const {
    return read_fd(out_.get(), "output");
}

bool Container::says(const std::string& words) const {
    return Sandbox::eventually([&] { return output().find(words) != std::string::npos; }, patience);
}

bool Container::is(const std::string& status) const {
    return Sandbox::eventually([&] { return status_of("c") == status; }, std::chrono::seconds(20),
                               std::chrono::milliseconds(50));
}

int Container::ends() {
    if (!wait_gone(background_.id, std::chrono::milliseconds(patience).count())) return -1;
    int status = 0;
    ::waitpid(background_.id.pid, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#include "images.hpp"

#include <filesystem>
#include <stdexcept>

#include "core/base/text.hpp"
#include "support/sandbox.hpp"

namespace phi::test {

namespace fs = std::filesystem;

namespace {

// This machine, in the words of the inmates' folder and in those of image configurations.
#ifdef __aarch64__
constexpr const char* machine = "aarch64";
constexpr const char* architecture = "arm64";
#else
constexpr const char* machine = "x86_64";
constexpr const char* architecture = "amd64";
#endif

constexpr const char* applets[] = {
    "cat",  "date", "dd",    "echo", "env", "false", "grep", "head",     "hostname",
    "id",   "ip",   "kill",  "ls",   "nc",  "pwd",   "sh",   "poweroff", "sleep",
    "stty", "tail", "touch", "true", "tr",  "tty",   "uname"};

void must(const std::vector<std::string>& argv) {
    const Result ran = run_program(argv, {"PATH=/usr/bin:/bin"});
    if (ran.status != 0) throw std::runtime_error(join(argv, " ") + ": " + ran.err);
}

void fill_box(const std::string& root) {
    for (const char* dir : {"bin", "etc", "proc", "sys", "dev", "tmp", "run", "work", "root"}) {
        fs::create_directories(root + "/" + dir);
    }
    fs::copy_file("/bin/busybox", root + "/bin/busybox");
    for (const char* applet : applets) fs::create_symlink("busybox", root + "/bin/" + applet);
    write_text(root + "/etc/passwd",
               "root:x:0:0:root:/root:/bin/sh\nguest:x:1000:1001::/work:/bin/sh\n");
    write_text(root + "/etc/group", "root:x:0:\nguest:x:1001:\n");
}

void fill_inmate(const std::string& root) {
    fs::create_directories(root + "/boot");
    for (const char* name : {"crash", "echo", "exit", "print", "spin"}) {
        const std::string file = std::string(name) + ".elf";
        fs::copy_file(text(INMATES "/", machine, "/", file), root + "/boot/" + file);
    }
}

// `docker save`'s form: one layer, the config, and a list of both.
std::string archive(const std::string& dir, const std::string& image, const std::string& root,
                    const std::string& config) {
    const std::string work = root + ".work";
    fs::create_directories(work);
    const std::string layer = work + "/layer.tar";
    must({"/bin/tar", "--owner=0", "--group=0", "-C", root, "-cf", layer, "."});
    const std::string digest = run_program({"/usr/bin/sha256sum", layer}, {}).out.substr(0, 64);
    write_text(
        work + "/config.json",
        text("{\"architecture\": \"", architecture, "\", \"os\": \"linux\", \"config\": {", config,
             "}, \"rootfs\": {\"type\": \"layers\", \"diff_ids\": [\"sha256:", digest, "\"]}}"));
    write_text(work + "/manifest.json", text("[{\"Config\": \"config.json\", \"RepoTags\": [\"",
                                             image, "\"], \"Layers\": [\"layer.tar\"]}]"));
    const std::string out = text(dir, "/", fs::path(root).filename().string(), ".tar");
    must({"/bin/tar", "-C", work, "-cf", out, "manifest.json", "config.json", "layer.tar"});
    fs::remove_all(work);
    return out;
}

}  // namespace

std::vector<std::string> make_images(const std::string& dir) {
    const std::string box = dir + "/box";
    const std::string inmate = dir + "/inmate";
    fill_box(box);
    fill_inmate(inmate);
    return {archive(dir, box_image, box, R"("Env": ["PATH=/bin"], "Cmd": ["sh"])"),
            archive(dir, inmate_image, inmate,
                    R"("Env": ["INMATE=/boot/exit.elf"], "Cmd": ["inmate"])")};
}

std::string make_pause_image(const std::string& dir) {
    const std::string root = dir + "/pause";
    fs::create_directories(root + "/bin");
    fs::copy_file("/bin/busybox", root + "/bin/sleep");
    return archive(dir, pause_image, root, R"("Entrypoint": ["/bin/sleep"], "Cmd": ["1000000"])");
}

}  // namespace phi::test

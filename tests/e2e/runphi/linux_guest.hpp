// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>

#include <filesystem>

#include "core/base/text.hpp"
#include "partition.hpp"

namespace phi::test {

namespace fs = std::filesystem;

inline std::string guest_dir() {
    const char* named = ::getenv("RUNPHI_TEST_GUEST_DIR");
    return named == nullptr ? "" : named;
}

class Linux : public Partition {
  protected:
    Linux()
        : Partition(text("\"select\": \"all\", \"stop_timeout_s\": 20, \"guest_dir\": \"",
                         guest_dir(), "\"")) {}
    void SetUp() override {
        if (guest_dir().empty()) GTEST_SKIP() << "RUNPHI_TEST_GUEST_DIR names no guest folder";
    }

    // A busybox image whose process is `sh -c SCRIPT`; further members of process and of
    // config.json, and further mounts.
    std::string bundle(const std::string& script, const std::string& process = "",
                       const std::string& more = "", const std::string& mounts = "") const {
        const std::string path = node_.bundle(
            "bundle",
            text("{\"ociVersion\": \"1.0.2\", \"hostname\": \"partition\", \"process\": {\"cwd\": "
                 "\"/\", ",
                 process.empty() ? "" : process + ", ",
                 "\"env\": [\"PATH=/bin\", \"COLOUR=deep blue\"], ",
                 "\"args\": [\"sh\", \"-c\", \"", script, "\"]}, ",
                 more.find("\"root\"") == std::string::npos ? "\"root\": {\"path\": \"rootfs\"}, "
                                                            : "",
                 more.empty() ? "" : more + ", ",
                 "\"mounts\": [{\"destination\": \"/proc\", \"type\": \"proc\", \"source\": "
                 "\"proc\"},"
                 "{\"destination\": \"/dev\", \"type\": \"tmpfs\", \"source\": \"tmpfs\"},"
                 "{\"destination\": \"/tmp\", \"type\": \"tmpfs\", \"source\": \"tmpfs\"}",
                 mounts.empty() ? "" : ", ", mounts, "]}"));
        for (const char* dir : {"bin", "proc", "dev", "tmp", "work"}) {
            fs::create_directories(path + "/rootfs/" + dir);
        }
        fs::copy_file("/bin/busybox", path + "/rootfs/bin/busybox",
                      fs::copy_options::skip_existing);
        for (const char* applet :
             {"sh",     "cat",   "echo",   "grep",   "hostname", "id",   "kill", "pwd",
              "sleep",  "touch", "ulimit", "reboot", "poweroff", "wc",   "stat", "ls",
              "md5sum", "mv",    "mkdir",  "chown",  "chmod",    "ln",   "rm",   "dd",
              "seq",    "sync",  "mknod",  "mount",  "cut",      "true", "tty",  "stty"}) {
            std::error_code there;
            fs::create_symlink("busybox", path + "/rootfs/bin/" + applet, there);
        }
        return path;
    }
    Result run(const std::string& script, const std::string& process = "",
               const std::string& more = "", const std::string& input = "") const {
        return node_.run({"run", "--bundle", bundle(script, process, more), "c"}, input);
    }
};

}  // namespace phi::test

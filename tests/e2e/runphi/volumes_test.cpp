// SPDX-License-Identifier: Apache-2.0
// Bind mounts of Linux guests: shared with the host, live, in both directions.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <set>

#include "linux_guest.hpp"
#include "support/fake_linux.hpp"

namespace phi::test {
namespace {

class Volumes : public Linux {
  protected:
    void SetUp() override {
        Linux::SetUp();
        if (::access("/usr/lib/qemu/virtiofsd", X_OK) != 0 &&
            ::access("/usr/libexec/virtiofsd", X_OK) != 0) {
            GTEST_SKIP() << "no virtiofsd";
        }
    }
    // A directory of the host, whose name a careless program would trip over.
    std::string volume(const std::string& name) const {
        std::string path = node_.dir() + "/volumes, and=ümlauts/" + name;
        fs::create_directories(path);
        return path;
    }
    Result run_with(const std::string& mounts, const std::string& script) {
        return node_.run({"run", "--bundle", bundle(script, "", "", mounts), "c"});
    }
    pid_t monitor() const { return pid_of(node_, "c"); }
};

// One boot for all that needs no second process.
TEST_F(Volumes, AreReadAndWrittenAsOnTheHost) {
    const std::string data = volume("data");
    const std::string config = volume("config");
    const std::string inner = volume("inner");
    write_text(data + "/from-host", "hello guest\n", 0640);
    ASSERT_EQ(::chown((data + "/from-host").c_str(), 1234, 5678), 0);
    write_text(config + "/file", "read only\n");
    write_text(node_.dir() + "/one file", "before\n");
    for (int i = 0; i < 100; ++i) write_text(text(data, "/many-", i), text(i, "\n"));
    std::string large(16U << 20, '\0');
    for (std::size_t i = 0; i < large.size(); ++i) {
        large[i] = static_cast<char>(i * 2654435761U >> 13U);
    }
    write_text(data + "/large", large);
    const std::string mounts =
        bind_mount(data, "/data") + ", " + bind_mount(config, "/config", "\"rbind\", \"ro\"") +
        ", " + bind_mount(inner, "/data/inner") + ", " +
        bind_mount(node_.dir() + "/one file", "/etc/one", "\"bind\", \"nosuid\"") + ", " +
        bind_mount(data, "/no-exec", "\"bind\", \"noexec\", \"nosuid\", \"nodev\"");
    const Spawned process = run_in_background(bundle(
        "cat /data/from-host; stat -c '%u %g %a' /data/from-host; "
        "touch /config/x; rm /config/file; cat /config/file; "
        "echo deep > /data/inner/file; echo after > /etc/one; "
        "mkdir /data/made; echo from guest > /data/made/file; chown 42:43 /data/made/file; "
        "chmod 4751 /data/made/file; ln -s made/file /data/link; "
        "cat /data/many-* | wc -l; "
        "seq 1 100 | while read i; do echo $i > /data/made/$i; done; "
        "dd if=/data/large of=/data/copy bs=1M 2>/dev/null; md5sum < /data/copy > /data/sum; "
        "mknod /data/device b 7 0; mknod /data/pipe p; "
        "grep -E ' (/data|/config|/no-exec) ' /proc/mounts | cut -d' ' -f2-4; "
        "ls -a /.runphi; stat -c %d /data /data/inner /config | while read d; do echo d$d; done",
        "", "", mounts));
    EXPECT_EQ(wait(process), 0) << output();
    const std::string out = output();
    EXPECT_NE(out.find("hello guest\n1234 5678 640\n"), std::string::npos) << out;
    EXPECT_NE(out.find("touch: /config/x: Read-only file system"), std::string::npos) << out;
    EXPECT_NE(out.find("\nread only\n"), std::string::npos) << out;
    EXPECT_NE(out.find("\n100\n"), std::string::npos) << out;
    EXPECT_NE(out.find("/config virtiofs ro"), std::string::npos) << out;
    EXPECT_NE(out.find("/no-exec virtiofs rw,nosuid,nodev,noexec"), std::string::npos) << out;
    EXPECT_NE(out.find("ls: /.runphi: No such file"), std::string::npos)
        << "the share itself is hidden: " << out;
    // Three file systems, so that no two files of them look like one.
    const auto devices = out.find("\nd");
    ASSERT_NE(devices, std::string::npos) << out;
    std::set<std::string> numbers;
    for (const auto line : split(out.substr(devices + 1), '\n')) {
        if (!line.empty()) numbers.insert(std::string(line));
    }
    EXPECT_EQ(numbers.size(), 3U) << out;

    EXPECT_EQ(read_text(inner + "/file"), "deep\n");
    EXPECT_EQ(read_text(node_.dir() + "/one file"), "after\n");
    EXPECT_EQ(read_text(data + "/made/file"), "from guest\n");
    EXPECT_EQ(read_text(data + "/link"), "from guest\n");
    EXPECT_EQ(read_text(data + "/made/100"), "100\n");
    struct stat status {};
    ASSERT_EQ(::stat((data + "/made/file").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 42U);
    EXPECT_EQ(status.st_gid, 43U);
    EXPECT_EQ(status.st_mode & 07777U, 04751U);
    EXPECT_TRUE(read_text(data + "/copy") == large);
    const Result sum = run_program({"/usr/bin/md5sum", data + "/large"});
    EXPECT_EQ(read_text(data + "/sum").substr(0, 32),
              sum.out.substr(sum.out[0] == '\\' ? 1 : 0, 32));
    EXPECT_FALSE(fs::exists(data + "/device")) << "a device of the host's, made by a guest";
    EXPECT_TRUE(fs::exists(data + "/pipe"));
    EXPECT_EQ(read_text(config + "/file"), "read only\n");
}

TEST_F(Volumes, AreLive) {
    const std::string data = volume("data");
    const std::string config = volume("config");
    // As the kubelet keeps a configmap: a link to a folder, replaced as one.
    fs::create_directories(config + "/..first");
    fs::create_directories(config + "/..second");
    write_text(config + "/..first/key", "first\n");
    write_text(config + "/..second/key", "second\n");
    fs::create_symlink("..first", config + "/..data");
    fs::create_symlink("..data/key", config + "/key");
    const Spawned process = run_in_background(bundle(
        "cat /config/key; echo ready; "
        "while ! grep -q second /config/key; do sleep 0.2; done; echo swapped; "
        "while ! grep -q go /data/signal 2>/dev/null; do sleep 0.2; done; "
        "echo 3 > /proc/sys/vm/drop_caches; cat /data/signal /config/key; "
        "echo answer > /data/answer; while [ -e /data/answer ]; do sleep 0.2; done; exit 7",
        "", "",
        bind_mount(data, "/data") + ", " + bind_mount(config, "/config", "\"rbind\", \"ro\"")));
    await_output("first\nready\n");
    fs::create_symlink("..second", config + "/..data_tmp");
    fs::rename(config + "/..data_tmp", config + "/..data");
    await_output("swapped\n");
    write_text(data + "/signal.new", "go\n");
    fs::rename(data + "/signal.new", data + "/signal");
    await_output("go\nsecond\n");
    EXPECT_TRUE(Sandbox::eventually([&] { return read_text(data + "/answer") == "answer\n"; },
                                    std::chrono::seconds(120)));
    fs::remove(data + "/answer");
    EXPECT_EQ(wait(process), 7) << output();
}

TEST_F(Volumes, LeaveNothingWhenTheMonitorIsKilled) {
    const std::string data = volume("data");
    write_text(data + "/file", "precious\n");
    const std::string mounts = node_.mounts();
    const Spawned process =
        run_in_background(bundle("echo ready; sleep 1000", "", "", bind_mount(data, "/data")));
    await_output("ready\n");
    EXPECT_EQ(node_.mounts(), mounts) << "the host sees nothing of it";
    EXPECT_TRUE(fs::is_empty(node_.state_dir() + "/c/shares"));
    EXPECT_NE(node_.remains().find("virtiofsd"), std::string::npos);
    ::kill(monitor(), SIGKILL);
    EXPECT_EQ(wait(process), 137);
    EXPECT_TRUE(Sandbox::eventually([this] {
        return node_.remains().find("virtiofsd") == std::string::npos;
    })) << node_.remains();
    EXPECT_EQ(node_.run({"delete", "--force", "c"}).err, "");
    EXPECT_EQ(node_.remains(), "");
    EXPECT_EQ(read_text(data + "/file"), "precious\n");
}

// Machines other than the microvm of the tests above. The kernels are not everywhere.
struct MachineKernel {
    const char* machine;
    const char* arch;
    std::string kernel;
};

MachineKernel q35() {
    const char* named = ::getenv("RUNPHI_TEST_BZIMAGE");
    return {"q35", "x86_64", named == nullptr ? "" : named};
}
MachineKernel virt() {
    return {"virt", "aarch64", guest_dir() + "/aarch64/kernel"};
}

class VolumesOn : public Volumes, public ::testing::WithParamInterface<MachineKernel> {
  protected:
    // A guest folder of its own, and an image that is one program.
    std::string prepare(const std::string& program) {
        const std::string guest = text(node_.dir(), "/guest/", GetParam().arch);
        fs::create_directories(guest);
        fs::copy(text(guest_dir(), "/", GetParam().arch), guest, fs::copy_options::recursive);
        fs::copy_file(GetParam().kernel, guest + "/kernel", fs::copy_options::overwrite_existing);
        node_.configure(fake_linux_settings(node_));
        const std::string path =
            node_.bundle("bundle", text(R"({"ociVersion": "1.0.2", "root": {"path": "rootfs"},
                "process": {"cwd": "/", "args": ["/program"]}, "annotations": {"org.runphi.arch": ")",
                                        GetParam().arch, "\"}, \"mounts\": [",
                                        bind_mount(volume("data"), "/data"), "]}"));
        fs::copy_file(program, path + "/rootfs/program");
        return path;
    }
};

TEST_P(VolumesOn, AreReadAndWritten) {
    const std::string program = text(INMATES, "/", GetParam().arch, "/volume_user");
    if (GetParam().kernel.empty()) GTEST_SKIP() << "RUNPHI_TEST_BZIMAGE names no kernel";
    for (const std::string& needed : {GetParam().kernel, program}) {
        if (!fs::exists(needed)) GTEST_SKIP() << "there is no " << needed;
    }
    const std::string data = volume("data");
    write_text(data + "/from-host", "from the host\n");
    const Result ran = node_.run({"run", "--keep", "--bundle", prepare(program), "c"});
    EXPECT_EQ(ran.status, 0) << ran.err << ran.out;
    EXPECT_NE(ran.out.find("from the host\n"), std::string::npos) << ran.out;
    EXPECT_EQ(read_text(data + "/from-guest"), "from the guest\n");
    EXPECT_NE(read_text(node_.state_dir() + "/c/c.args").find(GetParam().machine),
              std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Machines, VolumesOn, ::testing::Values(q35(), virt()),
                         [](const auto& test) { return test.param.machine; });

TEST_F(Volumes, AreRefusedWithAReasonWhereNothingCanBeShared) {
    node_.configure(
        text("\"select\": \"all\", \"guest_dir\": \"", guest_dir(),
             "\", \"backend_settings\": {\"qemu\": {\"virtiofsd\": \"/nonexistent\"}}"));
    const std::string data = volume("data");
    write_text(data + "/file", "a copy\n");
    const Result refused = run_with(bind_mount(data, "/data"), "true");
    EXPECT_EQ(refused.status, 1);
    EXPECT_NE(refused.err.find("writable bind mount"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("qemu-system-common"), std::string::npos) << refused.err;
    const Result copied =
        run_with(bind_mount(data, "/data", "\"rbind\", \"ro\""), "cat /data/file");
    EXPECT_EQ(copied.out, "a copy\n") << copied.err;
}

}  // namespace
}  // namespace phi::test

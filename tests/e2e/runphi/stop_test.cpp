// SPDX-License-Identifier: Apache-2.0
// SIGTERM, as an engine's `stop` sends it before SIGKILL: what each kind of guest makes of it.
#include <filesystem>

#include "linux_guest.hpp"

namespace phi::test {
namespace {

class Stop : public Partition {
  protected:
    Stop() : Partition("\"defaults\": {\"memory\": \"64M\"}, \"stop_timeout_s\": 86400") {}

    static std::string program(const std::string& name) { return text(INMATES, "/x86_64/", name); }
    // A guest that the firmware finds on its disk.
    std::string disk_bundle(const std::string& annotations = "") const {
        const std::string dir =
            node_.bundle("bundle", text(R"({"ociVersion": "1.0.2", "root": {"path": "rootfs"},
                "process": {"cwd": "/", "args": ["x"]},
                "annotations": {"org.runphi.disk": "/disk.img")",
                                        annotations, "}}"));
        fs::copy_file(program("power_button.bin"), dir + "/rootfs/disk.img");
        fs::resize_file(dir + "/rootfs/disk.img", 1U << 20);
        return dir;
    }
    std::string inmate_bundle(const std::string& name, const std::string& annotations = "") const {
        return node_.inmate_bundle("bundle", read_text(program(name)),
                                   text("\"annotations\": {", annotations, "}"));
    }
    void term() const { EXPECT_EQ(node_.run({"kill", "c", "TERM"}).err, ""); }
};

#define SKIP_WITHOUT(name)                                           \
    if (!fs::exists(program(name))) {                                \
        GTEST_SKIP() << "no cross compiler built " << program(name); \
    }

TEST_F(Stop, PressesThePowerButtonOfAMachineThatHasOne) {
    SKIP_WITHOUT("power_button.bin");
    const Spawned process = run_in_background(disk_bundle());
    await_output("ready");
    term();
    EXPECT_EQ(wait(process), 0);
    EXPECT_NE(output().find("asked to stop"), std::string::npos) << output();
}

TEST_F(Stop, EndsWhoDoesNotMindTheButtonWhenItsTimeIsOver) {
    SKIP_WITHOUT("power_button.bin");
    const std::string dir = disk_bundle(R"(, "org.runphi.stop-timeout": "1")");
    // Cut off before it looks at the button: it waits for ever.
    std::string sector = read_text(dir + "/rootfs/disk.img");
    sector.replace(0, 3, "\xf4\xeb\xfd");  // hlt; jmp -3
    write_text(dir + "/rootfs/disk.img", sector);
    const Spawned process = run_in_background(dir);
    ASSERT_TRUE(Sandbox::eventually([this] { return has_status("running"); }));
    term();
    EXPECT_EQ(wait(process), 137);
}

TEST_F(Stop, EndsAnInmateAtOnceThatNobodyCanAsk) {
    SKIP_WITHOUT("spin.elf");
    const Spawned process = run_in_background(inmate_bundle("spin.elf"));
    await_output("hello");
    term();
    EXPECT_EQ(wait(process), 143);
}

TEST_F(Stop, LeavesAnInmateTheTimeThatItsAnnotationSays) {
    SKIP_WITHOUT("spin.elf");
    const Spawned process =
        run_in_background(inmate_bundle("spin.elf", R"("org.runphi.stop-timeout": "1")"));
    await_output("hello");
    term();
    EXPECT_EQ(wait(process), 137);
}

// As with runc: how long its process may take is the engine's to decide, who has SIGKILL.
class StopLinux : public Linux {
  protected:
    StopLinux() {
        node_.configure(text("\"select\": \"all\", \"stop_timeout_s\": 0, \"guest_dir\": \"",
                             guest_dir(), "\""));
    }
};

TEST_F(StopLinux, IsASignalThatAProcessMayIgnore) {
    const Spawned process = run_in_background(
        bundle("trap 'echo asked' TERM; echo ready; while :; do sleep 0.1; done"));
    await_output("ready\n");
    for (const char* asked : {"asked\n", "asked\nasked\n"}) {
        EXPECT_EQ(node_.run({"kill", "c", "TERM"}).err, "");
        await_output(asked);
    }
    EXPECT_TRUE(has_status("running"));
    EXPECT_EQ(node_.run({"kill", "c", "KILL"}).err, "");
    EXPECT_EQ(wait(process), 137);
}

}  // namespace
}  // namespace phi::test

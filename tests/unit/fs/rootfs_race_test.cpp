// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "core/fs/rootfs.hpp"
#include "tests/unit/fs/temporary_dir.hpp"

// Somebody changes the tree while it is looked into. What is asked for may not be found then, but
// what is found is inside.
namespace phi {
namespace {

class RootfsRace : public TemporaryDir {
  protected:
    void SetUp() override {
        TemporaryDir::SetUp();
        folder("root/a/b");
        folder("outside/deep");
        put("secret", "secret");
        put("outside/secret", "secret");
        put("root/secret", "own");
        put("root/a/secret", "own");
        put("root/a/b/secret", "own");
    }
    void TearDown() override {
        if (attacker_ > 0) {
            ::kill(attacker_, SIGKILL);
            ::waitpid(attacker_, nullptr, 0);
        }
        TemporaryDir::TearDown();
    }

    // Another process that does it again and again.
    void attack(const std::function<void()>& once) {
        const pid_t parent = ::getpid();
        attacker_ = ::fork();
        if (attacker_ != 0) return;
        while (::getppid() == parent) once();
        ::_exit(0);
    }
    void exchange(const std::string& one, const std::string& other) const {
        ::renameat2(fd_.get(), one.c_str(), fd_.get(), other.c_str(), RENAME_EXCHANGE);
    }

    void never_outside(const std::string& name) const {
        const Rootfs rootfs = Rootfs::open(path("root"));
        for (int i = 0; i < 3000; ++i) {
            std::string found;
            const std::string outcome =
                refusal([&] { found = read_fd(rootfs.open_file(RootfsPath(name)).get(), name); });
            ASSERT_NE(found, "secret") << "attempt " << i;
        }
    }

    pid_t attacker_ = 0;
};

TEST_F(RootfsRace, ADirectoryBecomesALink) {
    link(path("outside"), "root/a/link");
    attack([&] { exchange("root/a/b", "root/a/link"); });
    never_outside("a/b/secret");
}

TEST_F(RootfsRace, AFileBecomesALink) {
    link("../../../outside/secret", "root/a/link");
    attack([&] { exchange("root/a/b/secret", "root/a/link"); });
    never_outside("a/b/secret");
}

TEST_F(RootfsRace, ALinkChangesItsTarget) {
    link("b", "root/a/one");
    link(path("outside"), "root/a/two");
    attack([&] { exchange("root/a/one", "root/a/two"); });
    never_outside("a/one/secret");
}

// Its ".." is then outside, and so is what is beside it.
TEST_F(RootfsRace, ADirectoryIsMovedOut) {
    attack([&] { exchange("root/a/b", "outside/deep"); });
    never_outside("a/b/../../secret");
    never_outside("a/b/../secret");
}

TEST_F(RootfsRace, ALinkOnTheWayGoesUpFromADirectoryThatIsMovedOut) {
    link("../../../../secret", "root/a/b/up");
    link("../../../../secret", "outside/deep/up");
    attack([&] { exchange("root/a/b", "outside/deep"); });
    never_outside("a/b/up");
}

}  // namespace
}  // namespace phi

// SPDX-License-Identifier: Apache-2.0
#include "plugins/xen/presence/toolstack.hpp"

#include "plugins/xen/domain/identity.hpp"
#include "plugins/xen/domains.hpp"
#include "support.hpp"
#include "xenstored.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;
using runphi::sdk::Code;

class Dom0 : public testing::Test {
  protected:
    Dom0() {
        settings_.root = folder_.path();
        settings_.xenstored = folder_.path() + "/socket";
        folder_.write("dev/xen/privcmd", "");
        folder_.write("proc/7/comm", "xenconsoled\n");
    }
    std::string socket() const { return settings_.xenstored; }
    std::string refused() const {
        return refusal([&] { require_toolstack(settings_); });
    }

    phi::test::Folder folder_;
    Settings settings_;
};

TEST_F(Dom0, IsUsableWithAllOfIt) {
    Xenstored store(socket());
    store.set("/local/domain/0/domid", "0");
    EXPECT_NO_THROW(require_toolstack(settings_));
}

TEST_F(Dom0, EachAbsenceHasAMessageOfItsOwn) {
    EXPECT_HAS(refused(), "xenstored does not run");
    {
        Xenstored store(socket());
        EXPECT_HAS(refused(), "dom0 is not set up");
        store.set("/local/domain/0/domid", "0");
        std::filesystem::remove_all(folder_.path() + "/proc/7");
        EXPECT_HAS(refused(), "xenconsoled does not run");
        store.hang();
        const auto error = error_of([&] { require_toolstack(settings_); });
        EXPECT_EQ(error.code(), Code::timeout);
        EXPECT_HAS(error.message(), "xenstored does not answer");
    }
    std::filesystem::remove(folder_.path() + "/dev/xen/privcmd");
    EXPECT_HAS(refused(), "no access to the hypervisor");
}

TEST_F(Dom0, BelievesAFileOfXenconsoledsIfItsProcessIsOne) {
    folder_.write("proc/8/comm", "xenconsoled\n");
    folder_.write("proc/9/comm", "sh\n");
    folder_.write("run/xenconsoled.pid", "8\n");
    EXPECT_EQ(find_xenconsoled(settings_), 8);
    std::filesystem::remove_all(folder_.path() + "/proc/8");
    for (const char* stale : {"8\n", "9\n", "", "../proc/7", "x"}) {
        folder_.write("run/xenconsoled.pid", stale);
        EXPECT_EQ(find_xenconsoled(settings_), 7) << stale;
    }
}

TEST_F(Dom0, KnowsOurDomainsFromForeignOnes) {
    Xenstored store(socket());
    store.set("/local/domain/0/domid", "0");
    store.set("/local/domain/0/name", "Domain-0");
    const auto add = [&](const std::string& id, const std::string& name, const std::string& uuid) {
        store.set("/local/domain/" + id + "/name", name);
        store.set("/local/domain/" + id + "/vm", "/vm/" + uuid);
    };
    add("3", "runphi-web", domain_uuid("web"));
    add("4", "runphi-other", domain_uuid("web"));  // somebody else's, of a name like ours
    add("5", "web", domain_uuid("web"));
    XenStore client = require_xenstore(settings_);
    const auto ours = our_domains(client);
    ASSERT_EQ(ours.size(), 1u);
    EXPECT_EQ(ours[0].domid, 3u);
    EXPECT_EQ(ours[0].partition, "web");
    EXPECT_FALSE(find_domain(client, "other"));
    EXPECT_EQ(find_domain(client, "web")->domid, 3u);
}

// An event that comes before an answer belongs to the watch.
TEST_F(Dom0, ItsStoreIsWrittenAndWatched) {
    Xenstored store(socket());
    XenStore client = XenStore::connect(socket(), std::chrono::seconds(5));
    EXPECT_FALSE(client.changed());
    client.watch("/a");
    client.write("/a/b", "one");
    EXPECT_EQ(client.read("/a/b"), "one");
    EXPECT_TRUE(client.changed());
    EXPECT_FALSE(client.changed());
    EXPECT_ANY_THROW(client.write("/a/b", std::string(5000, 'x')));
}

TEST_F(Dom0, ANodeOfItsStoreIsWaitedFor) {
    Xenstored store(socket());
    XenStore client = XenStore::connect(socket(), std::chrono::seconds(5));
    EXPECT_EQ(client.await("/tty", std::chrono::milliseconds(10)), std::nullopt);
    store.set("/tty", "");
    EXPECT_EQ(client.await("/tty", std::chrono::milliseconds(10)), std::nullopt);
    store.set_when_read("/tty", "/dev/pts/3");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(client.await("/tty", std::chrono::minutes(2)), "/dev/pts/3");
    // By the watch, not when the time was over.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(1));
    EXPECT_EQ(client.await("/tty", std::chrono::milliseconds(0)), "/dev/pts/3");
}

}  // namespace
}  // namespace xen_test

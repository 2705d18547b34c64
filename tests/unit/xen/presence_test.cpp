// SPDX-License-Identifier: Apache-2.0
// The values are those that kernels showed under Xen 4.17, in dom0s and in guests.
#include "plugins/xen/presence/presence.hpp"

#include "support.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

class Machine : public testing::Test {
  protected:
    void set(const std::string& file, const std::string& text) { folder_.write(file, text); }
    void set_xen(const std::string& features) {
        set("sys/hypervisor/type", "xen\n");
        set("sys/hypervisor/version/major", "4\n");
        set("sys/hypervisor/version/minor", "17\n");
        set("sys/hypervisor/version/extra", ".6-pre\n");
        set("sys/hypervisor/properties/features", features + "\n");
        // What proves nothing: all guests have these, too.
        set("dev/xen/privcmd", "");
        set("proc/xen/privcmd", "");
    }
    Presence look() const {
        Settings settings;
        settings.root = folder_.path();
        return look_for_xen(settings);
    }

    phi::test::Folder folder_;
};

TEST_F(Machine, WithoutXenIsBare) {
    EXPECT_EQ(look().place, Presence::Place::bare);
    set("sys/hypervisor/type", "kvm\n");
    EXPECT_EQ(look().place, Presence::Place::bare);
    EXPECT_HAS(look().reason, "kvm");
}

TEST_F(Machine, IsDom0ByItsFeatures) {
    for (const char* features : {"000228f0", "00026805"}) {  // x86 PV, arm64
        set_xen(features);
        EXPECT_EQ(look().place, Presence::Place::dom0) << features;
    }
    EXPECT_EQ(look().major, 4u);
    EXPECT_EQ(look().minor, 17u);
    EXPECT_EQ(look().version, "4.17.6-pre");
}

TEST_F(Machine, IsAGuestByItsFeatures) {
    for (const char* features : {"000220f0", "00012305", "00016005"}) {  // PV, PVH, arm64
        set_xen(features);
        EXPECT_EQ(look().place, Presence::Place::guest) << features;
    }
}

TEST_F(Machine, CapabilitiesCountBeforeFeatures) {
    set_xen("00016005");
    set("proc/xen/capabilities", "control_d\n");
    EXPECT_EQ(look().place, Presence::Place::dom0);
    set_xen("000228f0");
    set("proc/xen/capabilities", "");
    EXPECT_EQ(look().place, Presence::Place::guest);
}

TEST_F(Machine, ThatIsNoDom0HasAMessageOfItsOwn) {
    Settings settings;
    settings.root = folder_.path();
    EXPECT_HAS(refusal([&] { require_dom0(settings); }), "not under Xen");
    set_xen("000220f0");
    EXPECT_HAS(refusal([&] { require_dom0(settings); }), "in a guest, which cannot manage domains");
}

}  // namespace
}  // namespace xen_test

// SPDX-License-Identifier: Apache-2.0
#include "plugins/xen/domain/identity.hpp"

#include "support.hpp"

namespace xen_test {
namespace {

using namespace runphi::xen;

TEST(Identity, FollowsFromThePartitionAlone) {
    EXPECT_EQ(domain_name("web"), "runphi-web");
    const std::string uuid = domain_uuid("web");
    EXPECT_EQ(uuid.size(), 36u);
    EXPECT_EQ(uuid[14], '8');  // the version
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
    EXPECT_EQ(uuid, domain_uuid("web"));
    EXPECT_NE(uuid, domain_uuid("wec"));
    EXPECT_NE(uuid.substr(24), domain_uuid("wec").substr(24));
}

TEST(Identity, ForeignDomainsAreNotOurs) {
    EXPECT_EQ(partition_of("runphi-web", domain_uuid("web")), "web");
    EXPECT_FALSE(partition_of("runphi-web", domain_uuid("other")));
    EXPECT_FALSE(partition_of("web", domain_uuid("web")));
    EXPECT_FALSE(partition_of("runphi-", domain_uuid("")));
}

}  // namespace
}  // namespace xen_test

// SPDX-License-Identifier: Apache-2.0
#include "core/plan/partition_name.hpp"

#include <set>

#include "support.hpp"

namespace phi::plan {
namespace {

const auto nobody = [](const std::string&) { return false; };

bool is_safe(const std::string& name) {
    return name.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") ==
           std::string::npos;
}

TEST(PartitionName, IsTheIdWhenItFits) {
    EXPECT_EQ(partition_name("web-1.a_b", "", 31, nobody), "web-1.a_b");
    const std::string exact(31, 'x');
    EXPECT_EQ(partition_name(exact, "", 31, nobody), exact);
}

TEST(PartitionName, IsNeverACutId) {
    const std::string first = std::string(31, 'x') + "1";
    const std::string second = std::string(31, 'x') + "2";
    const std::string one = partition_name(first, "", 31, nobody);
    const std::string two = partition_name(second, "", 31, nobody);
    EXPECT_NE(one, two);
    for (const auto& name : {one, two}) {
        EXPECT_LE(name.size(), 31U);
        EXPECT_FALSE(first.starts_with(name));
        EXPECT_TRUE(name.starts_with("xxxx"));
    }
}

TEST(PartitionName, IsTheSameEveryTime) {
    const std::string id(64, 'f');
    EXPECT_EQ(partition_name(id, "/root", 31, nobody), partition_name(id, "/root", 31, nobody));
}

TEST(PartitionName, TheSameIdOfTwoRootsGetsTwoNames) {
    const auto taken = [](const std::string& name) { return name == "web"; };
    const std::string one = partition_name("web", "/run/a", 31, taken);
    const std::string two = partition_name("web", "/run/b", 31, taken);
    EXPECT_TRUE(one.starts_with("web-"));
    EXPECT_NE(one, two);
    // Nor does a moved border between root and id give the same hash.
    const auto hash = [](const std::string& name) { return name.substr(name.rfind('-')); };
    EXPECT_NE(hash(partition_name("12", "/run/3", 31, nobody)),
              hash(partition_name("312", "/run/", 31, nobody)));
}

TEST(PartitionName, GoesOnUntilANameIsFree) {
    std::set<std::string> names;
    const auto taken = [&](const std::string& name) { return names.count(name) != 0; };
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(names.insert(partition_name("web", "", 20, taken)).second);
    }
    const auto always = [](const std::string&) { return true; };
    EXPECT_EQ(test::error_of([&] { partition_name("web", "", 20, always); }).code(), Code::exists);
}

TEST(PartitionName, StrangeIdsBecomeSafeNames) {
    for (const std::string id : {"a+b", "-rf", "..", ".", "12345", "+", "sl/ash", "\xc3\xa9"}) {
        const std::string name = partition_name(id, "", 20, nobody);
        EXPECT_NE(name, id);
        EXPECT_TRUE(is_safe(name)) << name;
        EXPECT_NE(name[0], '-');
        EXPECT_LE(name.size(), 20U);
        EXPECT_NE(name.find_first_not_of("0123456789"), std::string::npos);
    }
}

TEST(PartitionName, NeedsRoomForAHash) {
    EXPECT_EQ(partition_name("ok", "", 8, nobody), "ok");
    EXPECT_EQ(test::error_of([] { partition_name("too-long-for-it", "", 8, nobody); }).code(),
              Code::invalid);
}

}  // namespace
}  // namespace phi::plan

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base/error.hpp"
#include "core/oci/spec.hpp"
#include "folder.hpp"
#include "sample.hpp"

namespace phi::oci {
namespace {

class Load : public testing::Test {
  protected:
    test::Folder bundle;

    std::string refusal() {
        try {
            load_spec(bundle.fd());
        } catch (const Error& error) {
            return error.message();
        }
        return "(accepted)";
    }
};

TEST_F(Load, ReadsTheBundle) {
    bundle.write("config.json", test::sample);
    EXPECT_EQ(load_spec(bundle.fd()).hostname, "box");
}

TEST_F(Load, MissingIsToldInRuncsWords) {
    EXPECT_EQ(refusal(), "JSON specification file config.json not found");
    std::filesystem::create_symlink("nowhere", bundle.path("config.json"));
    EXPECT_EQ(refusal(), "JSON specification file config.json not found");
}

TEST_F(Load, AnEmptyFileIsRefused) {
    bundle.write("config.json", "");
    EXPECT_EQ(refusal(), "config.json: EOF");
}

TEST_F(Load, ADirectoryIsRefused) {
    std::filesystem::create_directory(bundle.path("config.json"));
    EXPECT_NE(refusal().find("config.json"), std::string::npos) << refusal();
}

TEST_F(Load, AFifoIsRefusedAndDoesNotBlock) {
    ASSERT_EQ(::mkfifo(bundle.path("config.json").c_str(), 0600), 0);
    EXPECT_NE(refusal().find("config.json"), std::string::npos) << refusal();
}

TEST_F(Load, AHugeFileIsRefusedWithoutReadingIt) {
    bundle.write("config.json", "{");
    std::filesystem::resize_file(bundle.path("config.json"), 1ULL << 40);
    EXPECT_NE(refusal().find("larger than"), std::string::npos) << refusal();
}

}  // namespace
}  // namespace phi::oci

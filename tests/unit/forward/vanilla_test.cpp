// SPDX-License-Identifier: Apache-2.0
#include "core/forward/vanilla.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "core/base/error.hpp"
#include "support/folder.hpp"

namespace phi::forward {
namespace {

Vanilla with(const std::string& runc) {
    Settings settings;
    settings.runc = runc;
    return find_vanilla(settings);
}

std::string rejection(const std::string& runc) {
    const Vanilla found = with(runc);
    EXPECT_EQ(found.path, "") << runc;
    return found.rejected.empty() ? "" : found.rejected.front();
}

TEST(Vanilla, IsTheConfiguredOne) {
    test::Folder folder;
    const std::string runc = folder.write("runc", "#!/bin/sh\nexec /opt/runc \"$@\"\n", true);
    EXPECT_EQ(with(runc).path, runc);
    EXPECT_TRUE(with(runc).rejected.empty());
}

TEST(Vanilla, MustBeAnExecutableFile) {
    test::Folder folder;
    EXPECT_EQ(rejection(folder.path() + "/none"), folder.path() + "/none (absent)");
    const std::string plain = folder.write("plain", "x");
    EXPECT_EQ(rejection(plain), plain + " (not executable)");
    EXPECT_EQ(rejection(folder.path()), folder.path() + " (not a regular file)");
    const std::string fifo = folder.path() + "/fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0755), 0);
    EXPECT_EQ(rejection(fifo), fifo + " (not a regular file)");
}

TEST(Vanilla, IsNeverThisProgram) {
    test::Folder folder;
    const std::string link = folder.path() + "/link";
    std::filesystem::create_symlink(std::filesystem::read_symlink("/proc/self/exe"), link);
    EXPECT_EQ(rejection(link), link + " (this is runphi itself)");
}

// Two copies that each take the other for runc would hand over to each other for ever.
TEST(Vanilla, IsNoCopyOfThisProgram) {
    test::Folder folder;
    const std::string copy = folder.path() + "/runc";
    std::filesystem::copy_file(std::filesystem::read_symlink("/proc/self/exe"), copy);
    EXPECT_EQ(rejection(copy), copy + " (this is runphi itself)");
}

TEST(Vanilla, IsNoScriptThatStartsThisProgram) {
    test::Folder folder;
    const std::string wrapper =
        folder.write("runc", "#!/bin/sh\n# the runtime\nexec /usr/bin/runphi \"$@\"\n", true);
    EXPECT_EQ(rejection(wrapper), wrapper + " (this is runphi itself)");
    const std::string other =
        folder.write("other", "#!/bin/sh\n# saved by runphi\nexec /usr/bin/runc.1 \"$@\"\n", true);
    EXPECT_EQ(with(other).path, other);
}

TEST(Vanilla, RefusalNamesTheBundleAndThePlaces) {
    try {
        refuse_foreign(with("/nowhere/runc"), "some/bundle");
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unsupported);
        EXPECT_NE(error.message().find("\"some/bundle\""), std::string::npos) << error.message();
        EXPECT_NE(error.hint().find("/nowhere/runc (absent)"), std::string::npos) << error.hint();
        // An engine would take these words for a missing command in the container.
        EXPECT_EQ((error.message() + error.hint()).find("no such file"), std::string::npos);
    }
}

TEST(Vanilla, HandingOverToNoProgramIsAnError) {
    test::Folder folder;
    Vanilla broken;
    broken.path = folder.write("broken", "\177ELFnot really", true);
    std::string name = "runc";
    char* const argv[] = {name.data(), nullptr};
    EXPECT_THROW(hand_over(broken, argv), Error);
}

}  // namespace
}  // namespace phi::forward

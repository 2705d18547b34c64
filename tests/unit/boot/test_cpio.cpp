// SPDX-License-Identifier: Apache-2.0
#include "core/boot/cpio.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/fs/file.hpp"
#include "support.hpp"

namespace phi::boot {
namespace {

constexpr std::uint64_t no_limit = std::uint64_t{1} << 40;

CpioEntry entry(std::string_view path, mode_t mode) {
    CpioEntry out;
    out.path = path;
    out.mode = mode;
    return out;
}

struct Archive {
    UniqueFd fd{::memfd_create("archive", MFD_CLOEXEC)};
    CpioWriter writer;

    explicit Archive(std::uint64_t limit = no_limit) : writer(fd.get(), limit) {}
    std::map<std::string, test::Member> finish() {
        writer.finish();
        const std::string bytes = test::read_all(fd.get());
        EXPECT_EQ(bytes.size(), writer.size());
        return test::by_name(bytes);
    }
};

TEST(Cpio, WritesTheFieldsOfEveryKind) {
    Archive archive;
    auto file = entry("etc/file", S_IFREG | 06751);
    file.uid = 0xfffffffe;
    file.gid = 7;
    file.mtime = 1700000000;
    archive.writer.add(file, "text");
    auto disk = entry("dev/disk", S_IFBLK | 0660);
    disk.rdev = makedev(259, 70000);
    archive.writer.add(disk);
    archive.writer.add(entry("link", S_IFLNK | 0777), "../target");
    archive.writer.add(entry("dir", S_IFDIR | 01777));
    archive.writer.add(entry("pipe", S_IFIFO | 0600));
    const auto members = archive.finish();
    ASSERT_EQ(members.size(), 5U);
    const auto& written = members.at("etc/file");
    EXPECT_EQ(written.mode, S_IFREG | 06751U);
    EXPECT_EQ(written.uid, 0xfffffffeU);
    EXPECT_EQ(written.gid, 7U);
    EXPECT_EQ(written.mtime, 1700000000U);
    EXPECT_EQ(written.data, "text");
    EXPECT_EQ(written.links, 1U);
    EXPECT_EQ(members.at("dev/disk").rdev_major, 259U);
    EXPECT_EQ(members.at("dev/disk").rdev_minor, 70000U);
    EXPECT_EQ(members.at("link").data, "../target");
    EXPECT_EQ(members.at("dir").links, 2U);
    EXPECT_EQ(members.at("pipe").mode, S_IFIFO | 0600U);
}

TEST(Cpio, TimesOutsideOf32BitsAreCut) {
    Archive archive;
    auto before = entry("before", S_IFREG);
    before.mtime = -1;
    auto after = entry("after", S_IFREG);
    after.mtime = std::int64_t{1} << 40;
    archive.writer.add(before);
    archive.writer.add(after);
    const auto members = archive.finish();
    EXPECT_EQ(members.at("before").mtime, 0U);
    EXPECT_EQ(members.at("after").mtime, 0xffffffffU);
}

// Around the alignment, the buffer, and the size from which the kernel copies.
TEST(Cpio, FilesOfEverySizeComeBack) {
    const std::vector<std::size_t> sizes{0,      1,      2,     3,      4,      5,
                                         4095,   65535,  65536, 65537,  262143, 262144,
                                         262145, 300001, 1,     262100, 262034, 1000003};
    Archive archive;
    std::vector<std::string> contents;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        std::string content(sizes[i], '\0');
        for (std::size_t at = 0; at < content.size(); ++at) {
            content[at] = static_cast<char>((at * 31 + i) & 0xff);
        }
        const UniqueFd fd = memory_file("content", content);
        archive.writer.add_file(entry("f" + std::to_string(i), S_IFREG | 0644), fd.get(),
                                content.size());
        contents.push_back(std::move(content));
    }
    const auto members = archive.finish();
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        EXPECT_TRUE(members.at("f" + std::to_string(i)).data == contents[i]) << sizes[i];
    }
}

TEST(Cpio, AFileThatChangesItsSizeSpoilsNothing) {
    for (const std::size_t real : {std::size_t{10}, std::size_t{100000}}) {
        const UniqueFd fd = memory_file("content", std::string(real, 'x'));
        Archive archive;
        archive.writer.add_file(entry("shrunk", S_IFREG), fd.get(), real + 70001);
        archive.writer.add_file(entry("grown", S_IFREG), fd.get(), real - 3);
        archive.writer.add(entry("after", S_IFREG), "intact");
        const auto members = archive.finish();
        EXPECT_EQ(members.at("shrunk").data, std::string(real, 'x') + std::string(70001, '\0'));
        EXPECT_EQ(members.at("grown").data, std::string(real - 3, 'x'));
        EXPECT_EQ(members.at("after").data, "intact");
    }
}

TEST(Cpio, HardLinksShareAnInodeAndTheDataIsThereOnce) {
    Archive archive;
    archive.writer.add(entry("first", S_IFREG), "1");
    ASSERT_TRUE(archive.writer.begin_link({1, 2}, entry("a", S_IFREG)));
    archive.writer.add(entry("a", S_IFREG), "shared");
    ASSERT_TRUE(archive.writer.begin_link({2, 2}, entry("other", S_IFREG)));
    archive.writer.add(entry("other", S_IFREG), "alone");
    ASSERT_FALSE(archive.writer.begin_link({1, 2}, entry("b", S_IFREG)));
    ASSERT_FALSE(archive.writer.begin_link({1, 2}, entry("c", S_IFREG)));
    archive.writer.add(entry("last", S_IFREG), "2");
    const auto members = archive.finish();
    EXPECT_EQ(members.at("a").inode, members.at("b").inode);
    EXPECT_EQ(members.at("a").inode, members.at("c").inode);
    EXPECT_EQ(members.at("a").data, "shared");
    EXPECT_EQ(members.at("b").data + members.at("c").data, "");
    for (const char* name : {"a", "b", "c"}) EXPECT_EQ(members.at(name).links, 3U);
    // Its other names are not in this archive.
    EXPECT_EQ(members.at("other").links, 1U);
    std::map<std::uint32_t, int> inodes;
    for (const auto& [name, member] : members) ++inodes[member.inode];
    EXPECT_EQ(inodes.size(), 4U);
}

TEST(Cpio, RefusesWhatTheFormatOrTheKernelCannotTake) {
    const UniqueFd fd = memory_file("content", "x");
    Archive archive;
    const Error large = test::error_of([&] {
        archive.writer.add_file(entry("large", S_IFREG), fd.get(), std::uint64_t{1} << 32);
    });
    EXPECT_EQ(large.code(), Code::unsupported);
    EXPECT_NE(large.message().find("\"large\""), std::string::npos);
    EXPECT_NE(large.message().find("4 GiB"), std::string::npos);
    const std::string path(CpioWriter::max_path, 'p');
    EXPECT_NO_THROW(archive.writer.add(entry(path, S_IFREG)));
    EXPECT_THROW(archive.writer.add(entry(path + "p", S_IFREG)), Error);
    EXPECT_THROW(archive.writer.add(entry("", S_IFREG)), Error);
}

TEST(Cpio, TheLimitHoldsBeforeTheMemoryIsFilled) {
    const UniqueFd fd = memory_file("content", "x");
    Archive archive(4096);
    const Error error =
        test::error_of([&] { archive.writer.add_file(entry("big", S_IFREG), fd.get(), 3U << 30); });
    EXPECT_EQ(error.code(), Code::no_resource);
    EXPECT_NE(error.message().find("4 KiB"), std::string::npos) << error.message();
    EXPECT_EQ(test::read_all(archive.fd.get()), "");
}

TEST(Cpio, AFileNamedLikeTheTrailerDoesNotEndTheArchive) {
    Archive archive;
    archive.writer.add(entry("TRAILER!!!", S_IFREG), "not the end");
    archive.writer.add(entry("z", S_IFREG), "still there");
    const auto members = archive.finish();
    EXPECT_EQ(members.at("./TRAILER!!!").data, "not the end");
    EXPECT_EQ(members.at("z").data, "still there");
}

}  // namespace
}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#include "core/fs/trust.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/fs/temporary_dir.hpp"

namespace phi {
namespace {

// Below /tmp, which is sticky, and in a directory that mkdtemp made for root alone.
class TrustTest : public TemporaryDir {
  protected:
    void SetUp() override {
        TemporaryDir::SetUp();
        folder("etc/runphi");
        put("etc/runphi/file");
        ASSERT_EQ(::chmod(path("etc").c_str(), 0755), 0);
        ASSERT_EQ(::chmod(path("etc/runphi").c_str(), 0755), 0);
        ASSERT_EQ(::chmod(file().c_str(), 0644), 0);
    }
    std::string file() const { return path("etc/runphi/file"); }
    std::string refused(const std::string& name) const {
        return refusal([&] { open_trusted(name); });
    }
};

TEST_F(TrustTest, TrustsWhatOnlyRootCanChange) {
    EXPECT_EQ(read_fd(open_trusted(file()).get(), "file"), "content");
    EXPECT_EQ(refused(path("etc/./runphi/../runphi//file")), "accepted");
    require_trusted(file());
    require_trusted(path("etc"));
    require_trusted("/");
}

TEST_F(TrustTest, DoubtsAFileThatOthersMayWrite) {
    for (const mode_t mode : {0664U, 0646U, 0666U}) {
        ASSERT_EQ(::chmod(file().c_str(), mode), 0);
        const std::string message = refused(file());
        EXPECT_EQ(message.rfind(file() + ": others than root may write it", 0), 0U) << message;
    }
}

TEST_F(TrustTest, SaysWhatToDo) {
    ASSERT_EQ(::chmod(file().c_str(), 0666), 0);
    try {
        open_trusted(file());
        FAIL() << "trusted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::denied);
        EXPECT_TRUE(contains(error.message(), "0666"));
        EXPECT_EQ(error.hint(), "chmod go-w " + file());
    }
}

TEST_F(TrustTest, DoubtsAFileOfAnother) {
    ASSERT_EQ(::chown(file().c_str(), 1000, 0), 0);
    EXPECT_EQ(refused(file()), file() + ": belongs to user 1000, not to root");
}

TEST_F(TrustTest, DoubtsEveryDirectoryOnTheWay) {
    ASSERT_EQ(::chmod(path("etc").c_str(), 0777), 0);
    EXPECT_EQ(refused(file()).rfind(path("etc") + ": others than root may write it", 0), 0U);
    ASSERT_EQ(::chmod(path("etc").c_str(), 01777), 0);
    EXPECT_EQ(refused(file()), "accepted") << "sticky, as /tmp";
    ASSERT_EQ(::chmod(path("etc").c_str(), 0755), 0);
    ASSERT_EQ(::chown(path("etc/runphi").c_str(), 1000, 1000), 0);
    EXPECT_EQ(refused(file()), path("etc/runphi") + ": belongs to user 1000, not to root");
    EXPECT_NE(refusal([&] { require_trusted(path("etc/runphi")); }), "accepted");
}

TEST_F(TrustTest, DoubtsBothWaysOfALink) {
    folder("elsewhere");
    ASSERT_EQ(::chmod(path("elsewhere").c_str(), 0755), 0);
    link(file(), "elsewhere/absolute");
    link("../etc/runphi", "elsewhere/relative");
    EXPECT_EQ(refused(path("elsewhere/absolute")), "accepted");
    EXPECT_EQ(refused(path("elsewhere/relative/file")), "accepted");
    // Whoever can write the link's directory can put another in its place.
    ASSERT_EQ(::chmod(path("elsewhere").c_str(), 0777), 0);
    EXPECT_TRUE(contains(refused(path("elsewhere/absolute")), path("elsewhere") + ": others"));
    ASSERT_EQ(::chmod(path("elsewhere").c_str(), 0755), 0);
    ASSERT_EQ(::chmod(path("etc/runphi").c_str(), 0777), 0);
    EXPECT_TRUE(contains(refused(path("elsewhere/absolute")), path("etc/runphi") + ": others"));
}

TEST_F(TrustTest, DoubtsALinkOfAnotherInASticky) {
    folder("sticky");
    ASSERT_EQ(::chmod(path("sticky").c_str(), 01777), 0);
    link(file(), "sticky/link");
    EXPECT_EQ(refused(path("sticky/link")), "accepted");
    ASSERT_EQ(::lchown(path("sticky/link").c_str(), 1000, 1000), 0);
    EXPECT_EQ(refused(path("sticky/link")),
              path("sticky/link") + ": belongs to user 1000, not to root");
}

TEST_F(TrustTest, LinksInACircleEnd) {
    link("b", "a");
    link("a", "b");
    EXPECT_TRUE(contains(refused(path("a")), "too many levels of symbolic links"));
}

TEST_F(TrustTest, OpensOnlyRegularFiles) {
    ASSERT_EQ(::mkfifo(path("etc/fifo").c_str(), 0600), 0);
    EXPECT_TRUE(contains(refused(path("etc/fifo")), "is a FIFO"));
    EXPECT_TRUE(contains(refused(path("etc")), "is a directory"));
    EXPECT_EQ(refused(path("none")), "open " + path("none") + ": no such file or directory");
    EXPECT_TRUE(contains(refused("relative"), "not an absolute path"));
    EXPECT_TRUE(contains(refused(""), "not an absolute path"));
}

}  // namespace
}  // namespace phi

// SPDX-License-Identifier: Apache-2.0
#include "core/fs/file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/fs/temporary_dir.hpp"

namespace phi {
namespace {

class FileTest : public TemporaryDir {
  protected:
    unsigned mode_of(const std::string& name) const {
        struct stat status {};
        return ::lstat(path(name).c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
    }
};

TEST_F(FileTest, ReadsWholeFiles) {
    const std::string large(100'000, 'x');
    put("large", large);
    put("empty", "");
    EXPECT_EQ(read_file(path("large")), large);
    EXPECT_EQ(read_file_at(fd_.get(), "empty"), "");
    // The kernel says that its length is 0.
    EXPECT_TRUE(contains(read_file("/proc/self/status"), "Pid:"));
}

TEST_F(FileTest, RefusesWhatIsTooLarge) {
    put("five", "12345");
    EXPECT_EQ(read_file(path("five"), 5), "12345");
    EXPECT_EQ(refusal([&] { read_file(path("five"), 4); }), path("five") + ": larger than 4 bytes");
    EXPECT_TRUE(
        contains(refusal([] { read_file("/proc/self/status", 8); }), "larger than 8 bytes"));
}

TEST_F(FileTest, RefusesWhatIsNoRegularFile) {
    ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
    EXPECT_EQ(refusal([&] { read_file(path("fifo")); }),
              path("fifo") + ": is a FIFO (a regular file is needed)");
    EXPECT_EQ(refusal([&] { read_file(dir_); }),
              dir_ + ": is a directory (a regular file is needed)");
    EXPECT_EQ(refusal([] { read_file("/dev/zero"); }),
              "/dev/zero: is a character device (a regular file is needed)");
}

TEST_F(FileTest, TellsAbsentFromEmpty) {
    put("empty", "");
    EXPECT_EQ(refusal([&] { read_file(path("none")); }),
              "open " + path("none") + ": no such file or directory");
    EXPECT_EQ(read_file_if_there(fd_.get(), "none"), "");
    EXPECT_EQ(read_file_if_there(fd_.get(), "empty"), "");
    EXPECT_THROW(read_file_if_there(fd_.get(), "empty/x"), Error);
}

TEST_F(FileTest, ReadsADescriptorFromItsBeginning) {
    put("file", "12345");
    const UniqueFd file(::open(path("file").c_str(), O_RDONLY | O_CLOEXEC));
    ::lseek(file.get(), 3, SEEK_SET);
    EXPECT_EQ(read_fd(file.get(), "file"), "12345");
    EXPECT_EQ(::lseek(file.get(), 0, SEEK_CUR), 3);
}

TEST_F(FileTest, ReadsAPipeToItsEnd) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd read(ends[0]);
    UniqueFd write(ends[1]);
    write_all(write.get(), "through", "write pipe");
    write.reset();
    EXPECT_EQ(read_fd(read.get(), "pipe"), "through");
}

TEST_F(FileTest, WritesEverythingInTurns) {
    // A pipe takes less at a time than this.
    const std::string large(1'000'000, 'y');
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd read(ends[0]);
    UniqueFd write(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        write_all(write.get(), large, "write");
        ::_exit(0);
    }
    write.reset();
    EXPECT_EQ(read_fd(read.get(), "pipe"), large);
    ::waitpid(child, nullptr, 0);
    const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    EXPECT_EQ(refusal([&] { write_all(full.get(), "x", "write it"); }),
              "write it: no space left on device");
}

TEST_F(FileTest, ReplacesAFileAtomically) {
    put("state", "old");
    const UniqueFd reader(::open(path("state").c_str(), O_RDONLY | O_CLOEXEC));
    const mode_t mask = ::umask(077);
    write_atomic(fd_.get(), "state", "new", 0644);
    ::umask(mask);
    EXPECT_EQ(get("state"), "new");
    EXPECT_EQ(mode_of("state"), 0644U);
    EXPECT_EQ(read_fd(reader.get(), "state"), "old");
    EXPECT_FALSE(exists(".state.tmp"));
}

TEST_F(FileTest, ReusesWhatACrashLeft) {
    put(".state.tmp", "half of something that was much longer");
    write_atomic(fd_.get(), "state", "new");
    EXPECT_EQ(get("state"), "new");
    EXPECT_EQ(mode_of("state"), 0600U);
    EXPECT_FALSE(exists(".state.tmp"));
}

TEST_F(FileTest, DoesNotWriteThroughATemporaryOfAnother) {
    put("victim", "keep");
    link("victim", ".a.tmp");
    EXPECT_THROW(write_atomic(fd_.get(), "a", "new"), Error);
    std::filesystem::create_hard_link(path("victim"), path(".b.tmp"));
    write_atomic(fd_.get(), "b", "new");
    EXPECT_EQ(get("b"), "new");
    EXPECT_EQ(get("victim"), "keep");
    ASSERT_EQ(::mkfifo(path(".c.tmp").c_str(), 0600), 0);
    EXPECT_THROW(write_atomic(fd_.get(), "c", "new"), Error);  // and does not wait for a reader
}

TEST_F(FileTest, AReaderNeverSeesAHalfAmongManyWriters) {
    constexpr int writers = 4;
    put("state", std::string(50'000, 'a'));
    std::vector<pid_t> children;
    for (int writer = 0; writer < writers; ++writer) {
        const pid_t child = ::fork();
        if (child == 0) {
            const std::string bytes(50'000, static_cast<char>('a' + writer));
            try {
                for (int round = 0; round < 50; ++round) write_atomic(fd_.get(), "state", bytes);
            } catch (...) {
                ::_exit(1);
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (int round = 0; round < 200; ++round) {
        const std::string seen = read_file(path("state"));
        ASSERT_EQ(seen.size(), 50'000U);
        ASSERT_EQ(seen.find_first_not_of(seen[0]), std::string::npos);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_FALSE(exists(".state.tmp"));
}

TEST_F(FileTest, NamesAreNames) {
    for (const char* name : {"", ".", "..", "a/b", "/a"}) {
        EXPECT_THROW(write_atomic(fd_.get(), name, "x"), Error) << name;
        EXPECT_THROW(write_new(fd_.get(), name, "x"), Error) << name;
    }
}

TEST_F(FileTest, CreatesButNeverReplaces) {
    const mode_t mask = ::umask(077);
    write_new(fd_.get(), "new", "content", 0640);
    ::umask(mask);
    EXPECT_EQ(get("new"), "content");
    EXPECT_EQ(mode_of("new"), 0640U);
    EXPECT_EQ(refusal([&] { write_new(fd_.get(), "new", "other"); }), "create new: file exists");
    link("nowhere", "dangling");
    EXPECT_THROW(write_new(fd_.get(), "dangling", "other"), Error);
    EXPECT_EQ(get("new"), "content");
    EXPECT_FALSE(exists("nowhere"));
}

TEST_F(FileTest, MakesTheWayWithItsMode) {
    const mode_t mask = ::umask(077);
    const UniqueFd made = make_directories(path("a/b//c/"), 0711);
    ::umask(mask);
    struct stat by_fd {};
    struct stat by_name {};
    ASSERT_EQ(::fstat(made.get(), &by_fd), 0);
    ASSERT_EQ(::stat(path("a/b/c").c_str(), &by_name), 0);
    EXPECT_EQ(by_fd.st_ino, by_name.st_ino);
    EXPECT_EQ(mode_of("a"), 0711U);
    EXPECT_EQ(mode_of("a/b/c"), 0711U);
    // What was there keeps its mode.
    ASSERT_EQ(::chmod(path("a").c_str(), 0750), 0);
    make_directories(path("a/d"), 0711);
    EXPECT_EQ(mode_of("a"), 0750U);
    put("file");
    EXPECT_TRUE(contains(refusal([&] { make_directories(path("file/x")); }), "not a directory"));
    EXPECT_THROW(make_directories("relative"), Error);
}

TEST_F(FileTest, AMemoryFileIsSealed) {
    const UniqueFd file = memory_file("plan", "content");
    char buffer[16];
    EXPECT_EQ(::read(file.get(), buffer, sizeof buffer), 7) << "from its beginning";
    EXPECT_EQ(::pwrite(file.get(), "x", 1, 0), -1);
    EXPECT_EQ(::ftruncate(file.get(), 1), -1);
    EXPECT_EQ(::ftruncate(file.get(), 100), -1);
    EXPECT_EQ(::fcntl(file.get(), F_ADD_SEALS, F_SEAL_FUTURE_WRITE), -1);
    EXPECT_NE(::fcntl(file.get(), F_GETFD) & FD_CLOEXEC, 0);
    EXPECT_EQ(read_fd(file.get(), "plan"), "content");
}

}  // namespace
}  // namespace phi

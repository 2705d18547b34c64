// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

#include "plugins/jailhouse/driver/device.hpp"
#include "plugins/jailhouse/driver/ioctl.hpp"
#include "plugins/jailhouse/driver/tree.hpp"
#include "support/folder.hpp"
#include "unit/jailhouse/support.hpp"

// The parts of the driver's side that need no model of it.
namespace jailhouse_test {
namespace {

using namespace runphi::jailhouse;

template <typename T>
T at(const std::vector<char>& bytes, std::size_t offset) {
    T value{};
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}
std::uint64_t address(const void* data) {
    return reinterpret_cast<std::uintptr_t>(data);
}

TEST(Ioctl, NumbersAreTheDrivers) {
    EXPECT_EQ(request::cell_load(Layout::master), 0x40300003U);
    EXPECT_EQ(request::cell_load(Layout::v0_12), 0x40300003U);
    EXPECT_EQ(request::cell_load(Layout::omnivisor_1), 0x40300003U);
    EXPECT_EQ(request::cell_load(Layout::omnivisor), 0x40380003U);
}

TEST(Ioctl, ArgumentOfCreate) {
    const std::string config(484, 'c');
    const auto bytes = create_argument(config);
    ASSERT_EQ(bytes.size(), 16U);
    EXPECT_EQ(at<std::uint64_t>(bytes, 0), address(config.data()));
    EXPECT_EQ(at<std::uint32_t>(bytes, 8), 484U);
    EXPECT_EQ(at<std::uint32_t>(bytes, 12), 0U);
}

TEST(Ioctl, ArgumentOfStartAndDestroy) {
    const auto bytes = cell_argument(5);
    ASSERT_EQ(bytes.size(), 40U);
    EXPECT_EQ(at<std::int32_t>(bytes, 0), 5);
    EXPECT_TRUE(std::all_of(bytes.begin() + 4, bytes.end(), [](char byte) { return byte == 0; }));
}

TEST(Ioctl, ArgumentOfLoad) {
    const std::string one = "one", two = "two!";
    LoadArgument argument(Layout::master, 3, {{one.data(), 3, 0x1000}, {two.data(), 4, 0x2000}},
                          {});
    const auto& bytes = argument.bytes();
    ASSERT_EQ(bytes.size(), 48U + 64U);
    EXPECT_EQ(at<std::int32_t>(bytes, 0), 3);
    EXPECT_EQ(at<std::uint32_t>(bytes, 40), 2U);
    EXPECT_EQ(at<std::uint64_t>(bytes, 48), address(one.data()));
    EXPECT_EQ(at<std::uint64_t>(bytes, 48 + 8), 3U);
    EXPECT_EQ(at<std::uint64_t>(bytes, 48 + 16), 0x1000U);
    EXPECT_EQ(at<std::uint64_t>(bytes, 80), address(two.data()));
    EXPECT_EQ(at<std::uint64_t>(bytes, 80 + 16), 0x2000U);
}

TEST(Ioctl, ArgumentOfLoadOnTheOmnivisor) {
    const std::string one = "one";
    LoadArgument argument(Layout::omnivisor, 3, {{one.data(), 3, 0x1000}}, {{1, "core.elf"}});
    const auto& bytes = argument.bytes();
    ASSERT_EQ(bytes.size(), 56U + 32U);
    EXPECT_EQ(at<std::uint32_t>(bytes, 40), 1U);
    EXPECT_EQ(at<std::uint32_t>(bytes, 44), 1U);
    const auto* rcpu = reinterpret_cast<const char*>(at<std::uint64_t>(bytes, 48));
    EXPECT_EQ(rcpu[0], 1);
    EXPECT_STREQ(rcpu + 8, "core.elf");
    EXPECT_EQ(at<std::uint64_t>(bytes, 56), address(one.data()));
}

TEST(Ioctl, ImagesOfRemoteProcessors) {
    EXPECT_EQ(refusal([] {
                  LoadArgument(Layout::master, 1, {}, {{0, "core.elf"}});
              }),
              "images for remote processors: the driver of layout master does not load them");
    EXPECT_EQ(refusal([] {
                  LoadArgument(Layout::omnivisor, 1, {}, {{2, std::string(32, 'x')}});
              }),
              "remote processor 2: the name of its image, \"" + std::string(32, 'x') +
                  "\", must have 1 to 31 bytes");
    EXPECT_EQ(refusal([] {
                  LoadArgument(Layout::omnivisor, 1, {}, {{2, ""}});
              }),
              "remote processor 2: the name of its image, \"\", must have 1 to 31 bytes");
}

TEST(Tree, Lists) {
    EXPECT_EQ(parse_list(""), Numbers{});
    EXPECT_EQ(parse_list("0,2-5"), (Numbers{0, 2, 3, 4, 5}));
    for (const char* bad : {"x", "1,", "-1", "1-", "3-2", "2,1", "1,1", " 1", "0-70000", "1,,2"}) {
        EXPECT_EQ(parse_list(bad), std::nullopt) << bad;
    }
}

TEST(Tree, StatesAndWhatIsGone) {
    const phi::test::Folder folder;
    const auto cell = [&](const std::string& id, const std::string& state) {
        folder.write("cells/" + id + "/name", "cell " + id + "\n");
        folder.write("cells/" + id + "/state", state + "\n");
        folder.write("cells/" + id + "/cpus_assigned_list", "\n");
    };
    folder.write("enabled", "1\n");
    cell("10", "Comm ABI mismatch");
    cell("2", "running/locked");
    folder.write("cells/3/name", "half\n");  // being removed
    folder.write("cells/x/name", "none\n");
    const Tree tree(folder.path());
    EXPECT_TRUE(tree.enabled());
    const auto cells = tree.cells();
    ASSERT_EQ(cells.size(), 2U);
    EXPECT_EQ(label_of(cells[0]), "cell \"cell 2\" (2)");
    EXPECT_EQ(cells[0].state, CellState::locked);
    EXPECT_EQ(cells[1].state, CellState::other);
    EXPECT_EQ(cells[1].state_text, "Comm ABI mismatch");
    EXPECT_FALSE(tree.cell(3));
    EXPECT_FALSE(tree.cell("half"));
    folder.write("cells/2/cpus_assigned_list", "0-\n");
    EXPECT_EQ(refusal([&] { tree.cell(2); }),
              folder.path() + "/cells/2/cpus_assigned_list: \"0-\" is no list of CPUs");
}

TEST(Tree, WithoutADriver) {
    EXPECT_EQ(refusal([] { Tree("/nowhere").enabled(); }),
              "/nowhere/enabled cannot be read: there is no driver of Jailhouse");
}

TEST(Device, MustBeOne) {
    const phi::test::Folder folder;
    EXPECT_EQ(refusal([&] { open_device(folder.path() + "/absent"); }),
              "open " + folder.path() + "/absent: no such file or directory");
    const std::string file = folder.write("file", "");
    EXPECT_EQ(refusal([&] { open_device(file); }), file + " is no character device");
    // A device of another driver; user emulation has an errno of its own for that.
    std::vector<char> argument(40);
    EXPECT_NE(open_device("/dev/null")->call(request::cell_start, argument.data(), argument.size()),
              0);
}

TEST(Device, SocketMustBeRootsAlone) {
    const phi::test::Folder folder;
    const std::string path = folder.path() + "/socket";
    const runphi::sdk::UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), name.sun_path);
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    ASSERT_EQ(::chmod(path.c_str(), 0620), 0);
    EXPECT_EQ(refusal([&] { open_device(path); }),
              path + ": a socket must belong to root, and nobody else may write it");
    ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    EXPECT_EQ(refusal([&] { open_device(path); }), "connect to " + path + ": connection refused");
}

}  // namespace
}  // namespace jailhouse_test

// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/process.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>

namespace runphi::qemu {
namespace {

using namespace std::chrono_literals;

TEST(Handle, IsReadBack) {
    const ProcessId process{1234, 56789};
    EXPECT_EQ(write_handle({process, {}}), R"({"pid":1234,"start_time":56789})");
    EXPECT_EQ(read_handle(write_handle({process, {}})).qemu, process);
    const Handle shares = read_handle(write_handle({process, {{5, 6}, {7, 8}}}));
    EXPECT_EQ(shares.qemu, process);
    EXPECT_EQ(shares.share, (std::vector<ProcessId>{{5, 6}, {7, 8}}));
    EXPECT_THROW(read_handle("{}"), sdk::Error);
    EXPECT_THROW(read_handle(R"({"pid":0,"start_time":1})"), sdk::Error);
    EXPECT_THROW(read_handle("x"), sdk::Error);
}

std::string joined(std::initializer_list<const char*> args) {
    std::string out;
    for (const char* one : args) (out += one) += '\0';
    return out;
}

TEST(Mark, TellsOursFromOthers) {
    EXPECT_EQ(partition_of(joined({"/q", "-name", "guest=runphi-box", "-S"})), "box");
    EXPECT_FALSE(partition_of(joined({"/q", "-name", "guest=box"})).has_value());
    EXPECT_FALSE(partition_of(joined({"grep", "x", "-name", "guest=runphi-box"})).has_value());
    EXPECT_FALSE(partition_of("").has_value());
    EXPECT_FALSE(partition_of(joined({"/q", "-name"})).has_value());
}

TEST(Mark, TellsWhoServesATree) {
    const auto ours = joined({"/usr/lib/qemu/virtiofsd", "--fd=3", "-o", "source=/run/x/c/shares"});
    EXPECT_TRUE(serves_tree_below(ours, "/run/x/c"));
    EXPECT_FALSE(serves_tree_below(ours, "/run/x/c/shares"));
    EXPECT_FALSE(serves_tree_below(ours, "/run/x/cc"));
    EXPECT_FALSE(serves_tree_below(ours, "/run/x/c/sh"));
    EXPECT_FALSE(serves_tree_below(ours, ""));
    EXPECT_FALSE(serves_tree_below(joined({"/v", "-o", "source=/run/x/c/s"}), "/run/x/c"));
    EXPECT_FALSE(serves_tree_below("", "/run/x/c"));
}

TEST(Process, IsTheOneOfItsStartTime) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    EXPECT_FALSE(open_process({child, 1})) << "another process with this pid";
    EXPECT_NO_THROW(end_process({child, 1}, Deadline::in(1s)));
    EXPECT_EQ(::waitpid(child, nullptr, WNOHANG), 0) << "it was left alone";
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_FALSE(open_process({child, 1}));
}

TEST(Process, OfAPartitionIsFoundByHandleAndEndsOnce) {
    EXPECT_TRUE(find_processes("no-such-partition-of-this-test").empty());
    sdk::Partition partition;
    partition.name = "no-such-partition-of-this-test";
    EXPECT_FALSE(process_of(partition).has_value());
    partition.handle = R"({"pid":1,"start_time":18446744073709551615})";
    EXPECT_FALSE(process_of(partition).has_value());
}

}  // namespace
}  // namespace runphi::qemu

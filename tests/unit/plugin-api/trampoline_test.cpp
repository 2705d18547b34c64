// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <runphi/sdk/backend.hpp>
#include <runphi/sdk/export.hpp>

#include <cstring>
#include <functional>
#include <limits>
#include <new>
#include <stdexcept>

namespace {

using namespace runphi::sdk;

// What the next call of a function does.
std::function<void()> next = [] {};

class Plain : public Backend {
  public:
    static constexpr std::string_view id = "plain", version = "1.2", vendor = "Test";

    Probe probe(const Host&) override {
        next();
        return {true, RUNPHI_CAP_PAUSE, std::string(100, 'v'), "because"};
    }
    std::string inventory(const Host&) override { return "{}"; }
    std::string create(const Host&, const Partition& partition,
                       const std::vector<Image>& images) override {
        next();
        std::string handle = partition.name + ":" + std::string(partition.plan);
        for (const Image& image : images) handle += ":" + image.role + std::to_string(image.fd);
        return handle;
    }
    void start(const Host&, const Partition&) override { next(); }
    void kill(const Host&, const Partition&) override {}
    void destroy(const Host&, const Partition&) override {}
    Query query(const Host&, const Partition&) override { return {State::stopped, 7, "words"}; }
    UniqueFd wait(const Host&, const Partition&) override { return UniqueFd(::dup(0)); }
    Query event(const Host&, const Partition&, int) override { return {}; }
    std::vector<Listed> list(const Host&) override { return {{"a \"b\"", State::running}}; }
};

class WithExtras : public Plain {
  public:
    void mount(const Host&, const Partition&) override {}
    UniqueFd agent(const Host&, const Partition&) override { return {}; }
    int tool(const Host&, const std::vector<std::string>& args) override {
        return static_cast<int>(args.size());
    }
};

class Movable : public Plain {
  public:
    std::string update(const Host&, const Partition& partition, std::string_view plan) override {
        next();
        return std::string(partition.plan) + "->" + std::string(plan);
    }
};

using T = detail::Tables<Plain>;

struct Caller {
    runphi_host host{};
    runphi_error error{};
    runphi_partition partition{};
    std::string written;
    runphi_sink sink{};

    Caller(const Caller&) = delete;
    Caller& operator=(const Caller&) = delete;
    Caller() {
        host.size = sizeof host;
        error.size = sizeof error;
        partition.size = sizeof partition;
        partition.name = "p1";
        partition.dir = "/tmp";
        sink = {sizeof sink, 0, &written, [](void* ctx, const void* data, std::uint64_t length) {
                    static_cast<std::string*>(ctx)->append(static_cast<const char*>(data), length);
                    return static_cast<runphi_result>(RUNPHI_OK);
                }};
        next = [] {};
    }
    runphi_result start() { return T::lifecycle.start(&host, &partition, &error); }
};

TEST(Trampoline, ErrorsKeepCodeMessageHintAndErrno) {
    Caller caller;
    next = [] { throw Error(Code::busy, "cell 3 is taken", "wait for it", 16); };
    EXPECT_EQ(caller.start(), RUNPHI_BUSY);
    EXPECT_STREQ(caller.error.message, "cell 3 is taken");
    EXPECT_STREQ(caller.error.hint, "wait for it");
    EXPECT_EQ(caller.error.sys_errno, 16);
}

TEST(Trampoline, NothingThatIsThrownLeaves) {
    Caller caller;
    next = [] { throw std::bad_alloc(); };
    EXPECT_EQ(caller.start(), RUNPHI_NO_RESOURCE);
    next = [] { throw std::out_of_range("index 9"); };
    EXPECT_EQ(caller.start(), RUNPHI_INTERNAL);
    EXPECT_STREQ(caller.error.message, "index 9");
    next = [] { throw 42; };
    EXPECT_EQ(caller.start(), RUNPHI_INTERNAL);
    EXPECT_STRNE(caller.error.message, "");
}

TEST(Trampoline, LongMessagesAreCutBetweenCharacters) {
    Caller caller;
    std::string message(RUNPHI_MESSAGE_MAX - 2, 'x');
    next = [&] { throw Error(Code::io, message + "\xc3\xa4"); };
    EXPECT_EQ(caller.start(), RUNPHI_IO);
    EXPECT_EQ(caller.error.message, message);
    next = [&] { throw Error(Code::io, std::string("a\0b", 3)); };
    caller.start();
    EXPECT_STREQ(caller.error.message, "a b");
}

TEST(Trampoline, ShortStructsAreRefused) {
    Caller caller;
    caller.partition.size = 8;
    EXPECT_EQ(caller.start(), RUNPHI_INVALID);
    EXPECT_STREQ(caller.error.message, "runphi_partition has 8 bytes, ABI 1.0 needs 56");
    Caller other;
    other.host.size = 0;
    EXPECT_EQ(other.start(), RUNPHI_INVALID);
    runphi_probe probe{};
    probe.size = 4;
    const Caller good;
    EXPECT_EQ(T::detect.probe(&good.host, &probe, &caller.error), RUNPHI_INVALID);
    EXPECT_EQ(probe.present, 0);
    EXPECT_EQ(T::detect.probe(nullptr, nullptr, nullptr), RUNPHI_INVALID);
}

TEST(Trampoline, AnswersAreTerminatedWithinTheirFields) {
    Caller caller;
    runphi_probe probe{};
    probe.size = sizeof probe;
    ASSERT_EQ(T::detect.probe(&caller.host, &probe, &caller.error), RUNPHI_OK);
    EXPECT_EQ(probe.present, 1);
    EXPECT_EQ(std::strlen(probe.version), sizeof probe.version - 1);
    runphi_query query{};
    query.size = sizeof query;
    ASSERT_EQ(T::lifecycle.query(&caller.host, &caller.partition, &query, &caller.error),
              RUNPHI_OK);
    EXPECT_EQ(query.state, RUNPHI_STATE_STOPPED);
    EXPECT_EQ(query.has_exit, 1);
    EXPECT_EQ(query.exit_status, 7);
}

TEST(Trampoline, ImagesOfALaterHostAreFurtherApart) {
    struct Later {
        runphi_image image;
        char more[24];
    };
    Later images[2]{};
    for (int i = 0; i < 2; ++i) {
        images[i].image.size = sizeof(Later);
        images[i].image.fd = 10 + i;
        std::strcpy(images[i].image.role, i == 0 ? "kernel" : "initrd");
        std::memset(images[i].more, 0x7f, sizeof images[i].more);
    }
    Caller caller;
    caller.partition.plan = {"{}", 2};
    ASSERT_EQ(T::lifecycle.create(&caller.host, &caller.partition, &images[0].image, 2,
                                  &caller.sink, &caller.error),
              RUNPHI_OK);
    EXPECT_EQ(caller.written, "p1:{}:kernel10:initrd11");
}

TEST(Trampoline, ASinkThatIsFullIsAnError) {
    Caller caller;
    caller.sink.write = [](void*, const void*, std::uint64_t) {
        return static_cast<runphi_result>(RUNPHI_NO_RESOURCE);
    };
    EXPECT_EQ(T::lifecycle.list(&caller.host, &caller.sink, &caller.error), RUNPHI_NO_RESOURCE);
}

TEST(Trampoline, DescriptorsAreCloseOnExec) {
    Caller caller;
    std::int32_t fd = -1;
    ASSERT_EQ(T::lifecycle.wait(&caller.host, &caller.partition, &fd, &caller.error), RUNPHI_OK);
    const UniqueFd owned(fd);
    EXPECT_EQ(::fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(Trampoline, ListIsJson) {
    Caller caller;
    ASSERT_EQ(T::lifecycle.list(&caller.host, &caller.sink, &caller.error), RUNPHI_OK);
    EXPECT_EQ(caller.written, R"([{"name":"a \"b\"","state":"running"}])");
}

TEST(Trampoline, WhatIsNotOverriddenIsUnsupported) {
    Caller caller;
    EXPECT_EQ(T::lifecycle.pause(&caller.host, &caller.partition, &caller.error),
              RUNPHI_UNSUPPORTED);
    EXPECT_STREQ(caller.error.message, "this backend has no pause");
    EXPECT_EQ(T::lifecycle.mount, nullptr);
    EXPECT_EQ(T::lifecycle.unmount, nullptr);
}

TEST(Tables, OptionalInterfacesAreThereIfOverridden) {
    for (const char* name : {RUNPHI_CHANNEL_1, RUNPHI_STATS_1, RUNPHI_UPDATE_1, RUNPHI_SNAPSHOT_1,
                             RUNPHI_TOOL_1, "runphi.other/1"}) {
        EXPECT_EQ(T::get_interface(name), nullptr) << name;
    }
    EXPECT_EQ(T::get_interface(nullptr), nullptr);
    for (const char* name : {RUNPHI_DETECT_1, RUNPHI_RESOURCES_1, RUNPHI_LIFECYCLE_1}) {
        EXPECT_NE(T::get_interface(name), nullptr) << name;
    }
    using Extras = detail::Tables<WithExtras>;
    EXPECT_NE(Extras::get_interface(RUNPHI_CHANNEL_1), nullptr);
    EXPECT_NE(Extras::get_interface(RUNPHI_TOOL_1), nullptr);
    EXPECT_EQ(Extras::get_interface(RUNPHI_STATS_1), nullptr);
    EXPECT_NE(Extras::lifecycle.mount, nullptr);
    EXPECT_EQ(Extras::lifecycle.unmount, nullptr);
}

TEST(Tables, ADescriptorThatIsNoneIsAFaultOfThePlugin) {
    Caller caller;
    std::int32_t fd = -1;
    using Extras = detail::Tables<WithExtras>;
    EXPECT_EQ(Extras::channel.agent(&caller.host, &caller.partition, &fd, &caller.error),
              RUNPHI_INTERNAL);
    EXPECT_EQ(fd, -1);
}

TEST(Tables, UpdateGetsBothPlansAndWritesTheHandle) {
    Caller caller;
    using Tables = detail::Tables<Movable>;
    const auto* table = static_cast<const runphi_update*>(Tables::get_interface(RUNPHI_UPDATE_1));
    ASSERT_NE(table, nullptr);
    caller.partition.plan = {"old", 3};
    const runphi_bytes plan{"new", 3};
    ASSERT_EQ(table->update(&caller.host, &caller.partition, &plan, &caller.sink, &caller.error),
              RUNPHI_OK);
    EXPECT_EQ(caller.written, "old->new");
    EXPECT_EQ(table->update(&caller.host, &caller.partition, nullptr, &caller.sink, &caller.error),
              RUNPHI_INVALID);
    next = [] { throw Error(Code::unsupported, "it cannot grow"); };
    EXPECT_EQ(table->update(&caller.host, &caller.partition, &plan, &caller.sink, &caller.error),
              RUNPHI_UNSUPPORTED);
}

TEST(Tables, TheToolGetsItsArguments) {
    Caller caller;
    std::int32_t status = -1;
    const char* argv[] = {"show", "x.cell", nullptr};
    using Extras = detail::Tables<WithExtras>;
    ASSERT_EQ(Extras::tool.run(&caller.host, 2, argv, &status, &caller.error), RUNPHI_OK);
    EXPECT_EQ(status, 2);
}

TEST(Tables, TheEntryIsConstant) {
    constexpr runphi_plugin entry = T::entry();
    static_assert(entry.magic == RUNPHI_ENTRY_MAGIC);
    EXPECT_STREQ(entry.id, "plain");
    EXPECT_STREQ(entry.version, "1.2");
    EXPECT_STREQ(entry.vendor, "Test");
}

}  // namespace

// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/base/json.hpp"
#include "core/oci/state.hpp"

namespace phi::oci {
namespace {

State sample() {
    State state;
    state.version = "1.3.0";
    state.id = "web";
    state.status = "running";
    state.pid = 4242;
    state.bundle = "/b";
    state.annotations = {{"k", "v \"quoted\"\n"}};
    state.rootfs = "/b/rootfs";
    state.created = "2026-01-31T12:00:00.123456789Z";
    state.owner = "root";
    return state;
}

TEST(State, DocumentIsRuncs) {
    EXPECT_EQ(state_document(sample()), R"({
  "ociVersion": "1.3.0",
  "id": "web",
  "pid": 4242,
  "status": "running",
  "bundle": "/b",
  "rootfs": "/b/rootfs",
  "created": "2026-01-31T12:00:00.123456789Z",
  "annotations": {
    "k": "v \"quoted\"\n"
  },
  "owner": "root"
})");
}

TEST(State, DocumentLeavesOutAnnotationsButNotThePid) {
    State state = sample();
    state.annotations.clear();
    state.pid = 0;
    const std::string text = state_document(state);
    EXPECT_EQ(text.find("annotations"), std::string::npos);
    EXPECT_NE(text.find("\"pid\": 0,"), std::string::npos);
}

TEST(State, HookReadsWhatTheSpecificationSays) {
    EXPECT_EQ(hook_state(sample()),
              R"({"ociVersion":"1.3.0","id":"web","status":"running","pid":4242,"bundle":"/b",)"
              R"("annotations":{"k":"v \"quoted\"\n"}})");
    State stopped = sample();
    stopped.pid = 0;
    stopped.status = "stopped";
    stopped.annotations.clear();
    EXPECT_EQ(hook_state(stopped),
              R"({"ociVersion":"1.3.0","id":"web","status":"stopped","bundle":"/b"})");
}

TEST(State, KeepsBytesAfterNul) {
    State state = sample();
    state.annotations = {{std::string("a\0b", 3), std::string("c\0d", 3)}};
    const auto document = json::parse(state_document(state), "state");
    const auto& annotations = document["annotations"];
    ASSERT_EQ(annotations.MemberCount(), 1U);
    EXPECT_EQ(annotations.MemberBegin()->name.GetStringLength(), 3U);
    EXPECT_EQ(annotations.MemberBegin()->value.GetStringLength(), 3U);
}

TEST(State, AnEntryOfTheListIsTheSameOnOneLine) {
    const auto entry = json::parse(list_entry(sample()), "list");
    EXPECT_EQ(entry, json::parse(state_document(sample()), "state"));
    EXPECT_EQ(list_entry(sample()).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace phi::oci

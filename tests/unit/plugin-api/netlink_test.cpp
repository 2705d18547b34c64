// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <runphi/netlink.h>

#include <array>
#include <string>
#include <vector>

namespace {

using Table = std::array<const nlattr*, 8>;

runphi_nl_message begun() {
    const ifinfomsg body{};
    runphi_nl_message message;
    runphi_nl_begin(&message, RTM_NEWLINK, NLM_F_ACK, &body, sizeof body);
    runphi_nl_header(&message)->nlmsg_len = message.length;
    return message;
}

Table index(runphi_nl_message& message) {
    Table table{};
    runphi_nl_header(&message)->nlmsg_len = message.length;
    runphi_nl_index_message(runphi_nl_header(&message), sizeof(ifinfomsg), table.data(), 8);
    return table;
}

TEST(NetlinkMessage, ReadsBackWhatWasPut) {
    auto message = begun();
    EXPECT_EQ(message.length, sizeof(nlmsghdr) + sizeof(ifinfomsg));
    runphi_nl_put_text(&message, 1, "eth0");
    runphi_nl_put_u32(&message, 2, 1400);
    runphi_nl_put_u8(&message, 3, 7);
    EXPECT_EQ(message.length % 4, 0U);
    const Table table = index(message);
    EXPECT_STREQ(static_cast<const char*>(runphi_nl_data(table[1])), "eth0");
    EXPECT_EQ(runphi_nl_size(table[1]), 5U);
    EXPECT_EQ(runphi_nl_u32(table[2], 0), 1400U);
    EXPECT_EQ(runphi_nl_u32(table[3], 9), 9U) << "one byte is no number of four";
    EXPECT_EQ(table[4], nullptr);
    EXPECT_EQ(runphi_nl_size(nullptr), 0U);
}

TEST(NetlinkMessage, NestsHoldWhatIsPutMeanwhile) {
    auto message = begun();
    const auto outer = runphi_nl_open(&message, 1);
    const auto inner = runphi_nl_open(&message, 2);
    runphi_nl_put_u32(&message, 3, 5);
    runphi_nl_close(&message, inner);
    runphi_nl_close(&message, outer);
    runphi_nl_put_u32(&message, 4, 6);
    const Table table = index(message);
    ASSERT_NE(table[1], nullptr);
    EXPECT_NE(table[1]->nla_type & NLA_F_NESTED, 0);
    EXPECT_EQ(table[3], nullptr);
    EXPECT_EQ(runphi_nl_u32(table[4], 0), 6U);
    Table inside{};
    runphi_nl_index(runphi_nl_data(table[1]), runphi_nl_size(table[1]), inside.data(), 8);
    Table innermost{};
    runphi_nl_index(runphi_nl_data(inside[2]), runphi_nl_size(inside[2]), innermost.data(), 8);
    EXPECT_EQ(runphi_nl_u32(innermost[3], 0), 5U);
}

TEST(NetlinkMessage, WhatDoesNotFitIsNotSent) {
    auto message = begun();
    const std::string large(RUNPHI_NL_MESSAGE_MAX, 'x');
    runphi_nl_put(&message, 1, large.data(), large.size());
    EXPECT_TRUE(message.full);
    runphi_nl_put(&message, 1, large.data(), large.size() + 1);
    runphi_nl_put_u32(&message, 2, 1);
    const auto nest = runphi_nl_open(&message, 3);
    runphi_nl_close(&message, nest);
    runphi_nl_socket nobody{-1, 0};
    EXPECT_EQ(runphi_nl_send(&nobody, &message), -EMSGSIZE);
}

TEST(NetlinkReading, LengthsThatLieEndTheReading) {
    auto message = begun();
    runphi_nl_put_u32(&message, 1, 1);
    runphi_nl_put_u32(&message, 2, 2);
    auto* first = reinterpret_cast<nlattr*>(reinterpret_cast<char*>(message.words) +
                                            sizeof(nlmsghdr) + sizeof(ifinfomsg));
    for (const unsigned lie : {0U, 3U, 400U, 65535U}) {
        first->nla_len = static_cast<std::uint16_t>(lie);
        const Table table = index(message);
        EXPECT_EQ(table[1], nullptr) << lie;
        EXPECT_EQ(table[2], nullptr) << lie;
    }
    runphi_nl_header(&message)->nlmsg_len = sizeof(nlmsghdr) + 4;
    Table table{};
    runphi_nl_index_message(runphi_nl_header(&message), sizeof(ifinfomsg), table.data(), 8);
    EXPECT_EQ(table[1], nullptr);
    EXPECT_EQ(runphi_nl_body(runphi_nl_header(&message), sizeof(ifinfomsg)), nullptr);
}

// A datagram as the kernel sends it.
class Datagram {
  public:
    void add(unsigned type, unsigned flags, std::uint32_t sequence, const void* body,
             std::size_t size) {
        runphi_nl_message message;
        runphi_nl_begin(&message, type, flags, body, size);
        nlmsghdr* header = runphi_nl_header(&message);
        header->nlmsg_len = message.length;
        header->nlmsg_seq = sequence;
        words_.insert(words_.end(), message.words, message.words + message.length / 4);
    }
    int walk(std::vector<unsigned>& seen) const {
        const runphi_nl_socket socket{-1, 5};
        const auto handler = [](const nlmsghdr* message, void* context) {
            static_cast<std::vector<unsigned>*>(context)->push_back(message->nlmsg_type);
            return message->nlmsg_type != RTM_DELLINK;
        };
        return runphi_nl_walk(&socket, reinterpret_cast<const std::uint8_t*>(words_.data()),
                              words_.size() * 4, handler, &seen);
    }
    std::vector<std::uint32_t> words_;
};

TEST(NetlinkReading, AnAnswerEndsWithDoneOrAnError) {
    const ifinfomsg body{};
    const int fine = 0;
    std::vector<unsigned> seen;
    Datagram dump;
    dump.add(RTM_NEWLINK, NLM_F_MULTI, 5, &body, sizeof body);
    EXPECT_EQ(dump.walk(seen), 1) << "more is to come";
    dump.add(RTM_NEWLINK, NLM_F_MULTI, 4, &body, sizeof body);  // of an earlier question
    dump.add(NLMSG_DONE, NLM_F_MULTI, 5, &fine, sizeof fine);
    seen.clear();
    EXPECT_EQ(dump.walk(seen), 0);
    EXPECT_EQ(seen, std::vector<unsigned>{RTM_NEWLINK});

    nlmsgerr error{};
    error.error = -EBUSY;
    Datagram refused;
    refused.add(NLMSG_ERROR, 0, 5, &error, sizeof error);
    EXPECT_EQ(refused.walk(seen), -EBUSY);
    Datagram cut;
    cut.add(NLMSG_ERROR, 0, 5, &error, 0);
    EXPECT_EQ(cut.walk(seen), -EBADMSG);
}

TEST(NetlinkReading, ATableThatChangedIsToBeReadAgain) {
    const ifinfomsg body{};
    std::vector<unsigned> seen;
    Datagram changed;
    changed.add(RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR, 5, &body, sizeof body);
    EXPECT_EQ(changed.walk(seen), -EAGAIN);
    Datagram enough;
    enough.add(RTM_DELLINK, NLM_F_MULTI, 5, &body, sizeof body);
    EXPECT_EQ(enough.walk(seen), -ECANCELED);
    Datagram lie;
    lie.add(RTM_NEWLINK, 0, 5, &body, sizeof body);
    lie.words_[0] = 1000;
    EXPECT_EQ(lie.walk(seen), -EBADMSG);
}

}  // namespace

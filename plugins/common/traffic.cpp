// SPDX-License-Identifier: Apache-2.0
#include "traffic.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/tc_act/tc_mirred.h>

#include <algorithm>
#include <cstring>

namespace runphi::common {

namespace {

constexpr std::string_view ours{"runPHI\0\1", 8};
constexpr std::uint32_t ingress_handle = 0xffff0000;  // "ffff:"
// The first filter that matches decides.
constexpr std::uint32_t arp_priority = 1;
constexpr std::uint32_t names_priority = 2;
constexpr std::uint32_t all_priority = 3;
constexpr unsigned first_action = 1;  // actions are counted from 1

tcmsg traffic_body(unsigned index, std::uint32_t parent, std::uint32_t handle = 0,
                   std::uint32_t info = 0) {
    tcmsg out{};
    out.tcm_family = AF_UNSPEC;
    out.tcm_ifindex = static_cast<int>(index);
    out.tcm_parent = parent;
    out.tcm_handle = handle;
    out.tcm_info = info;
    return out;
}

runphi_nl_message begin(unsigned type, unsigned flags, const tcmsg& body) {
    runphi_nl_message out;
    runphi_nl_begin(&out, type, flags, &body, sizeof body);
    return out;
}

// Four bytes of a packet, from its network header on.
struct Match {
    std::uint32_t mask;
    std::uint32_t value;
    int offset;
};

// Nothing is compared: the mask is empty.
constexpr std::array<Match, 1> everything{{{0, 0, 0}}};
// RFC 826: the operation, 2 is a reply.
constexpr std::array<Match, 1> arp_replies{{{0x0000ffff, 2, 4}}};
// RFC 791 and 768: version 4 without options, no later fragment, UDP, from port 53.
constexpr std::array<Match, 4> name_answers{{{0xff000000, 0x45000000, 0},
                                             {0x00001fff, 0, 4},
                                             {0x00ff0000, 0x00110000, 8},
                                             {0xffff0000, 53 << 16, 20}}};

template <std::size_t Count>
void put_matches(runphi_nl_message& out, const std::array<Match, Count>& matches) {
    std::array<std::uint8_t, sizeof(tc_u32_sel) + Count * sizeof(tc_u32_key)> bytes{};
    tc_u32_sel selector{};
    selector.flags = TC_U32_TERMINAL;
    selector.nkeys = Count;
    std::memcpy(bytes.data(), &selector, sizeof selector);
    std::size_t at = sizeof selector;
    for (const Match& match : matches) {
        const tc_u32_key key{htonl(match.mask), htonl(match.value), match.offset, 0};
        std::memcpy(bytes.data() + at, &key, sizeof key);
        at += sizeof key;
    }
    runphi_nl_put(&out, TCA_U32_SEL, bytes.data(), bytes.size());
}

// Where a packet goes, and whether the namespace gets it, too.
struct Target {
    unsigned to;
    bool is_copy;
};

void put_action(runphi_nl_message& out, const Target& target, const Mark& mark) {
    tc_mirred what{};
    what.action = target.is_copy ? TC_ACT_OK : TC_ACT_STOLEN;
    what.eaction = target.is_copy ? TCA_EGRESS_MIRROR : TCA_EGRESS_REDIR;
    what.ifindex = target.to;
    const auto actions = runphi_nl_open(&out, TCA_U32_ACT);
    const auto action = runphi_nl_open(&out, first_action);
    runphi_nl_put_text(&out, TCA_ACT_KIND, "mirred");
    runphi_nl_put(&out, TCA_ACT_COOKIE, mark.data(), mark.size());
    const auto options = runphi_nl_open(&out, TCA_ACT_OPTIONS);
    runphi_nl_put(&out, TCA_MIRRED_PARMS, &what, sizeof what);
    runphi_nl_close(&out, options);
    runphi_nl_close(&out, action);
    runphi_nl_close(&out, actions);
}

template <std::size_t Count>
runphi_nl_message filter(unsigned from, std::uint32_t priority, std::uint16_t protocol,
                         const std::array<Match, Count>& matches, const Target& target,
                         const Mark& mark) {
    auto out = begin(RTM_NEWTFILTER, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
                     traffic_body(from, ingress_handle, 0, priority << 16 | htons(protocol)));
    runphi_nl_put_text(&out, TCA_KIND, "u32");
    const auto options = runphi_nl_open(&out, TCA_OPTIONS);
    put_matches(out, matches);
    put_action(out, target, mark);
    runphi_nl_close(&out, options);
    return out;
}

template <unsigned Count>
std::array<const nlattr*, Count> inside(const nlattr* nest) {
    std::array<const nlattr*, Count> table{};
    if (nest != nullptr) {
        runphi_nl_index(runphi_nl_data(nest), runphi_nl_size(nest), table.data(), Count);
    }
    return table;
}

struct Parsed {
    const tcmsg* info = nullptr;
    std::array<const nlattr*, TCA_MAX + 1> attributes{};
    std::string_view kind;
};

Parsed parse(const nlmsghdr* message) {
    Parsed out;
    out.info = static_cast<const tcmsg*>(runphi_nl_body(message, sizeof(tcmsg)));
    if (out.info == nullptr) return out;
    runphi_nl_index_message(message, sizeof(tcmsg), out.attributes.data(), TCA_MAX + 1);
    if (const nlattr* kind = out.attributes[TCA_KIND]) {
        const auto* text = static_cast<const char*>(runphi_nl_data(kind));
        out.kind = {text, ::strnlen(text, runphi_nl_size(kind))};
    }
    return out;
}

std::optional<Mark> read_mark(const nlattr* cookie) {
    Mark mark{};
    if (runphi_nl_size(cookie) != mark.size()) return std::nullopt;
    std::memcpy(mark.data(), runphi_nl_data(cookie), mark.size());
    if (!std::equal(ours.begin(), ours.end(), mark.begin())) return std::nullopt;
    return mark;
}

}  // namespace

Mark mark_for(const std::string& partition) {
    Mark mark{};
    std::copy(ours.begin(), ours.end(), mark.begin());
    const std::uint64_t hash = hash_of(partition);
    for (unsigned i = 0; i < 8; ++i) {
        mark[ours.size() + i] = static_cast<std::uint8_t>(hash >> (8 * i));
    }
    return mark;
}

std::uint64_t hash_of(const std::string& text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
    return hash;
}

runphi_nl_message add_ingress(unsigned index) {
    auto out = begin(RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
                     traffic_body(index, TC_H_INGRESS, ingress_handle));
    runphi_nl_put_text(&out, TCA_KIND, "ingress");
    return out;
}

runphi_nl_message remove_ingress(unsigned index) {
    return begin(RTM_DELQDISC, NLM_F_ACK, traffic_body(index, TC_H_INGRESS, ingress_handle));
}

runphi_nl_message redirect(unsigned from, unsigned to, const Mark& mark) {
    return filter(from, all_priority, ETH_P_ALL, everything, {to, false}, mark);
}

runphi_nl_message copy_arp_replies(unsigned from, unsigned to, const Mark& mark) {
    return filter(from, arp_priority, ETH_P_ARP, arp_replies, {to, true}, mark);
}

runphi_nl_message copy_name_answers(unsigned from, unsigned to, const Mark& mark) {
    return filter(from, names_priority, ETH_P_IP, name_answers, {to, true}, mark);
}

runphi_nl_message get_filters(unsigned index) {
    return begin(RTM_GETTFILTER, NLM_F_DUMP, traffic_body(index, ingress_handle));
}

runphi_nl_message get_queues() {
    return begin(RTM_GETQDISC, NLM_F_DUMP, traffic_body(0, 0));
}

std::optional<Filter> parse_filter(const nlmsghdr* message) {
    const Parsed parsed = parse(message);
    if (message->nlmsg_type != RTM_NEWTFILTER || parsed.info == nullptr) return std::nullopt;
    // The kernel tells of the hash table of a u32 filter as if it were one, without an action.
    const auto options = inside<TCA_U32_MAX + 1>(parsed.attributes[TCA_OPTIONS]);
    if (parsed.kind == "u32" && options[TCA_U32_SEL] == nullptr) return std::nullopt;
    Filter filter;
    if (parsed.kind != "u32") return filter;
    const auto actions = inside<first_action + 1>(options[TCA_U32_ACT]);
    const auto action = inside<TCA_ACT_MAX + 1>(actions[first_action]);
    filter.mark = read_mark(action[TCA_ACT_COOKIE]);
    const auto mirred = inside<TCA_MIRRED_MAX + 1>(action[TCA_ACT_OPTIONS]);
    tc_mirred what{};
    if (runphi_nl_size(mirred[TCA_MIRRED_PARMS]) >= sizeof what) {
        std::memcpy(&what, runphi_nl_data(mirred[TCA_MIRRED_PARMS]), sizeof what);
        filter.to = what.ifindex;
    }
    return filter;
}

std::optional<unsigned> parse_ingress(const nlmsghdr* message) {
    const Parsed parsed = parse(message);
    if (message->nlmsg_type != RTM_NEWQDISC || parsed.info == nullptr || parsed.kind != "ingress") {
        return std::nullopt;
    }
    return static_cast<unsigned>(parsed.info->tcm_ifindex);
}

}  // namespace runphi::common

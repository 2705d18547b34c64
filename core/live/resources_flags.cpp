// SPDX-License-Identifier: Apache-2.0
// The flags of runc's `update`, as the document that stands for them.
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/live/resources.hpp"

namespace phi::live {

namespace {

using Flags = std::map<std::string, std::string>;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

struct Member {
    const char* flag;
    const char* name;
    enum class Kind { word, number, natural, bytes } kind;
};
using Kind = Member::Kind;

struct Section {
    const char* name;
    std::array<Member, 9> members;
};

// Sections of linux.resources; a member without a name ends the list.
constexpr std::array<Section, 5> sections = {{
    {"cpu",
     {{{"cpu-share", "shares", Kind::natural},
       {"cpu-quota", "quota", Kind::number},
       {"cpu-burst", "burst", Kind::natural},
       {"cpu-period", "period", Kind::natural},
       {"cpu-rt-runtime", "realtimeRuntime", Kind::number},
       {"cpu-rt-period", "realtimePeriod", Kind::natural},
       {"cpuset-cpus", "cpus", Kind::word},
       {"cpuset-mems", "mems", Kind::word},
       {"cpu-idle", "idle", Kind::number}}}},
    {"memory",
     {{{"memory", "limit", Kind::bytes},
       {"memory-swap", "swap", Kind::bytes},
       {"kernel-memory", "kernel", Kind::bytes},
       {"kernel-memory-tcp", "kernelTCP", Kind::bytes},
       {"memory-reservation", "reservation", Kind::bytes},
       {},
       {},
       {},
       {}}}},
    {"blockIO", {{{"blkio-weight", "weight", Kind::number}, {}, {}, {}, {}, {}, {}, {}, {}}}},
    {"pids", {{{"pids-limit", "limit", Kind::number}, {}, {}, {}, {}, {}, {}, {}, {}}}},
    {"intelRdt",
     {{{"l3-cache-schema", "l3CacheSchema", Kind::word},
       {"mem-bw-schema", "memBwSchema", Kind::word},
       {},
       {},
       {},
       {},
       {},
       {},
       {}}}},
}};

[[noreturn]] void refuse(const Member& member, const std::string& why) {
    throw Error(Code::invalid, text("invalid value for ", member.flag, ": ", why));
}

// Go's words for what strconv does not read.
[[noreturn]] void refuse_number(const Member& member, const std::string& value) {
    const char* function = member.kind == Kind::natural ? "ParseUint" : "ParseInt";
    const bool digits =
        value.find_first_not_of("0123456789", value[0] == '-' ? 1 : 0) == std::string::npos &&
        value != "-" && !(member.kind == Kind::natural && value[0] == '-');
    refuse(member, text("strconv.", function, ": parsing ", phi::quoted(value), ": ",
                        digits ? "value out of range" : "invalid syntax"));
}

void put_value(Writer& out, const Member& member, const std::string& value) {
    out.Key(member.name);
    if (member.kind == Kind::word) {
        out.String(value);
    } else if (member.kind == Kind::natural) {
        const auto number = parse_u64(value);
        if (!number) refuse_number(member, value);
        out.Uint64(*number);
    } else if (member.kind == Kind::number) {
        const auto number = parse_i64(value);
        if (!number) refuse_number(member, value);
        out.Int64(*number);
    } else {
        try {
            out.Int64(parse_memory(value));
        } catch (const Error& error) {
            refuse(member, error.message());
        }
    }
}

}  // namespace

std::string resources_of_flags(const Flags& flags) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    out.StartObject();
    for (const auto& section : sections) {
        out.Key(section.name);
        out.StartObject();
        for (const auto& member : section.members) {
            if (member.name == nullptr) break;
            const auto given = flags.find(member.flag);
            if (given != flags.end() && !given->second.empty())
                put_value(out, member, given->second);
        }
        out.EndObject();
    }
    out.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

std::int64_t parse_memory(const std::string& size) {
    if (size == "-1") return -1;
    const auto fail = [&] { throw Error(Code::invalid, text("invalid size: '", size, "'")); };
    const std::size_t digits = std::min(size.find_first_not_of("0123456789."), size.size());
    const std::string number = size.substr(0, digits);
    const auto dot = number.find('.');
    if (number.empty() || dot == 0 || dot == number.size() - 1 || number.rfind('.') != dot) fail();
    std::string unit;
    for (const char c : size.substr(digits)) unit += static_cast<char>(c | 0x20);
    if (!unit.empty() && unit[0] == ' ') unit.erase(0, 1);
    if (unit.ends_with('b')) unit.pop_back();
    if (unit.size() == 2 && unit[1] == 'i') unit.pop_back();
    constexpr std::string_view prefixes = "kmgtp";
    const auto power = unit.empty() ? 0 : prefixes.find(unit) + 1;
    if (unit.size() > 1 || (!unit.empty() && prefixes.find(unit) == std::string_view::npos)) fail();
    const double bytes = std::stod(number) * static_cast<double>(1ULL << (10 * power));
    if (!(bytes < 9.2e18)) fail();
    return static_cast<std::int64_t>(bytes);
}

}  // namespace phi::live

// SPDX-License-Identifier: Apache-2.0
#include "core/live/resources.hpp"

#include <algorithm>
#include <array>

#include "core/base/contains.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::live {

namespace {

using json::Node;
using json::Value;

// Members that only say of what the others speak.
bool is_name(std::string_view key) {
    constexpr std::array<std::string_view, 4> names = {"pageSize", "major", "minor", "name"};
    return contains(names, key);
}

// Zero, nothing, or no limit.
bool asks_for_nothing(const Value& value) {
    if (value.IsNull() || value.IsFalse()) return true;
    if (value.IsString()) return value.GetStringLength() == 0;
    if (value.IsInt64()) return value.GetInt64() <= 0;
    if (value.IsUint64()) return value.GetUint64() == UINT64_MAX;
    if (value.IsArray())
        return std::all_of(value.Begin(), value.End(),
                           [](const Value& one) { return asks_for_nothing(one); });
    if (!value.IsObject()) return false;
    for (const auto& member : value.GetObject()) {
        const std::string_view key(member.name.GetString(), member.name.GetStringLength());
        if (!is_name(key) && !asks_for_nothing(member.value)) return false;
    }
    return true;
}

const Value& member_of(const Value& object, const char* name) {
    static const Value none;
    if (!object.IsObject()) return none;
    const auto found = object.FindMember(name);
    return found == object.MemberEnd() ? none : found->value;
}

void refuse_unless_idle(const Node& asked, const Value& config) {
    if (asks_for_nothing(asked.value()) || asked.value() == config) return;
    throw Error(Code::unsupported,
                text(asked.path(), ": ", phi::quoted(json::write(asked.value())),
                     " cannot be given to a partition, which has a kernel of its own"),
                "leave it out");
}

template <typename Number>
std::optional<Number> unless_zero(std::optional<Number> number) {
    return number && *number != 0 ? number : std::nullopt;
}

CpuChange read_cpu(const Node& cpu, const Value& config) {
    CpuChange change;
    change.shares = unless_zero(cpu.opt_u64("shares"));
    change.period = unless_zero(cpu.opt_u64("period"));
    change.quota = unless_zero(cpu.opt_i64("quota"));
    change.burst = cpu.opt_u64("burst");
    change.idle = cpu.opt_i64("idle");
    change.cpus = cpu.opt_string("cpus").value_or("");
    change.mems = cpu.opt_string("mems").value_or("");
    // A negative quota is none, whatever its number.
    if (change.quota && *change.quota < 0) change.quota = -1;
    for (const char* name : {"realtimePeriod", "realtimeRuntime"})
        if (const auto asked = cpu.find(name)) refuse_unless_idle(*asked, member_of(config, name));
    return change;
}

// A limit that is the configuration's own is no change.
std::optional<std::int64_t> new_limit(const Node& memory, const char* name, const Value& config) {
    const auto asked = unless_zero(memory.opt_i64(name));
    const Value& before = member_of(config, name);
    if (asked && before.IsInt64() && before.GetInt64() == *asked) return std::nullopt;
    return asked;
}

void read_memory(const Node& memory, const Value& config, Change& change) {
    change.memory.limit = new_limit(memory, "limit", config);
    change.memory.swap = new_limit(memory, "swap", config);
    change.memory.reservation = new_limit(memory, "reservation", config);
    change.kernel_memory = new_limit(memory, "kernel", config).has_value() ||
                           new_limit(memory, "kernelTCP", config).has_value();
}

}  // namespace

Change read_change(const Node& asked, const Value& config) {
    Change change;
    asked.members([&](const std::string& name, const Node& section) {
        const Value& before = member_of(config, name.c_str());
        if (section.value().IsNull()) return;
        if (name == "cpu")
            change.cpu = read_cpu(section, before);
        else if (name == "memory")
            read_memory(section, before, change);
        // A partition's devices are granted by the board; runc's update leaves devices alone, too.
        else if (name != "devices")
            refuse_unless_idle(section, before);
    });
    return change;
}

void check_memory(const MemoryChange& asked, const MemoryNow& now) {
    const auto is_now = [&](std::int64_t bytes) {
        const auto size = static_cast<std::uint64_t>(bytes);
        return bytes > 0 && (size == now.wanted || size == now.granted);
    };
    const auto shown = [](std::int64_t bytes) {
        return bytes < 0 ? std::string("no limit")
                         : format_bytes(static_cast<std::uint64_t>(bytes));
    };
    const std::string has = text("the partition has ", format_bytes(now.granted),
                                 ", and its backend cannot change that while it runs");
    constexpr const char* hint = "create the container anew with another memory limit";
    if (asked.limit && !is_now(*asked.limit))
        throw Error(Code::unsupported,
                    text("memory.limit: ", shown(*asked.limit), " is asked for; ", has), hint);
    // What it has is reserved for it.
    if (asked.reservation && *asked.reservation > 0 &&
        static_cast<std::uint64_t>(*asked.reservation) > now.granted)
        throw Error(Code::unsupported,
                    text("memory.reservation: ", shown(*asked.reservation), " is asked for; ", has),
                    hint);
    // A limit of memory and swap together that is the memory's own leaves no swap, as there is
    // none.
    if (asked.swap && *asked.swap > 0 && !is_now(*asked.swap))
        throw Error(
            Code::unsupported,
            text("memory.swap: ", shown(*asked.swap), " of memory and swap together is asked for; ",
                 has, ", and it has no swap"),
            "leave it out, or make it the same as memory.limit");
}

}  // namespace phi::live

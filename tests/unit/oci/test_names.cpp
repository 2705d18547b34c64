// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/resource.h>

#include <set>

#include "core/base/error.hpp"
#include "core/oci/id.hpp"
#include "core/oci/linux_names.hpp"
#include "core/oci/signal.hpp"

namespace phi::oci {
namespace {

std::string id_refusal(std::string_view id) {
    try {
        check_id(id);
    } catch (const Error& error) {
        return error.message();
    }
    return "";
}

TEST(Id, TakesWhatRuncTakes) {
    for (const char* id : {"a", "0", "_", "+", "-", ",", "A.b-c_d+e,f", "...", "..a", "-x", ".a"}) {
        EXPECT_EQ(id_refusal(id), "") << id;
    }
    EXPECT_EQ(id_refusal(std::string(255, 'x')), "");
}

TEST(Id, RefusesEveryOtherByte) {
    const std::string_view others = "+,-._";
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool fits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || others.find(c) != std::string_view::npos;
        const std::string id = std::string("a") + c + "b";
        EXPECT_EQ(id_refusal(id).empty(), fits) << byte;
    }
}

TEST(Id, RefusesInRuncsWords) {
    EXPECT_EQ(id_refusal(""), "container id cannot be empty");
    EXPECT_EQ(id_refusal("."), "invalid container ID format: \".\"");
    EXPECT_EQ(id_refusal(".."), "invalid container ID format: \"..\"");
    EXPECT_EQ(id_refusal("a/b"), "invalid container ID format: \"a/b\"");
    EXPECT_EQ(id_refusal("a\n"), "invalid container ID format: \"a\\n\"");
}

TEST(Id, RefusesWhatIsNoFileName) {
    const std::string message = id_refusal(std::string(1024, 'x'));
    EXPECT_NE(message.find("1024 characters long"), std::string::npos) << message;
    EXPECT_NE(message.find("file name too long"), std::string::npos) << message;
    EXPECT_NE(id_refusal(std::string(256, 'x')), "");
}

TEST(Signal, TakesNamesAndNumbers) {
    for (const char* text : {"SIGTERM", "TERM", "term", "sigterm", "Term", "15"}) {
        EXPECT_EQ(parse_signal(text), SIGTERM) << text;
    }
    EXPECT_EQ(parse_signal("0"), 0);
    EXPECT_EQ(parse_signal("KILL"), SIGKILL);
    EXPECT_EQ(parse_signal("64"), 64);
    EXPECT_EQ(parse_signal("+9"), 9);
    EXPECT_EQ(parse_signal("99"), 99);
    EXPECT_EQ(parse_signal("-9"), -9);
    EXPECT_TRUE(is_signal(0) && is_signal(64));
    EXPECT_FALSE(is_signal(65) || is_signal(-1));
    EXPECT_EQ(parse_signal("SIGCONT"), SIGCONT);
    EXPECT_EQ(parse_signal("usr2"), SIGUSR2);
}

TEST(Signal, NamesAndNumbersAgree) {
    for (int number = 1; number <= SIGSYS; ++number) {
        const std::string name = signal_name(number);
        EXPECT_EQ(name.substr(0, 3), "SIG");
        // The C library takes the other one of two names.
        EXPECT_EQ(name.substr(3), number == SIGIO ? "IO" : sigabbrev_np(number));
        EXPECT_EQ(parse_signal(name), number);
    }
    EXPECT_EQ(signal_name(40), "40");
}

TEST(Signal, RefusesInRuncsWords) {
    for (const char* text :
         {"FOO", "", "SIG", "SIGSIGTERM", "+-9", "9x", " 9", "1e1", "99999999999999999999"}) {
        try {
            parse_signal(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.message(), "unknown signal \"" + std::string(text) + "\"");
        }
    }
}

TEST(Names, CapabilitiesAreTheKernels) {
    EXPECT_EQ(capability_names.size(), static_cast<std::size_t>(CAP_CHECKPOINT_RESTORE) + 1);
    EXPECT_EQ(capability_bit("CAP_CHOWN"), 0U);
    EXPECT_EQ(capability_bit("CAP_KILL"), static_cast<unsigned>(CAP_KILL));
    EXPECT_EQ(capability_bit("CAP_NET_ADMIN"), static_cast<unsigned>(CAP_NET_ADMIN));
    EXPECT_EQ(capability_bit("CAP_SYS_ADMIN"), static_cast<unsigned>(CAP_SYS_ADMIN));
    EXPECT_EQ(capability_bit("CAP_MKNOD"), static_cast<unsigned>(CAP_MKNOD));
    EXPECT_EQ(capability_bit("CAP_SETFCAP"), static_cast<unsigned>(CAP_SETFCAP));
    EXPECT_EQ(capability_bit("CAP_AUDIT_READ"), static_cast<unsigned>(CAP_AUDIT_READ));
    EXPECT_EQ(capability_bit("CAP_BPF"), static_cast<unsigned>(CAP_BPF));
    EXPECT_EQ(capability_bit("CAP_CHECKPOINT_RESTORE"), 40U);
    EXPECT_EQ(capability_bit("CHOWN"), std::nullopt);
    EXPECT_EQ(capability_bit("CAP_CHOWN2"), std::nullopt);
    EXPECT_EQ(capability_bit(""), std::nullopt);
    EXPECT_EQ(std::set<std::string_view>(capability_names.begin(), capability_names.end()).size(),
              capability_names.size());
}

TEST(Names, RlimitsAreTheKernels) {
    const std::pair<const char*, int> known[] = {
        {"RLIMIT_CPU", RLIMIT_CPU},           {"RLIMIT_FSIZE", RLIMIT_FSIZE},
        {"RLIMIT_DATA", RLIMIT_DATA},         {"RLIMIT_STACK", RLIMIT_STACK},
        {"RLIMIT_CORE", RLIMIT_CORE},         {"RLIMIT_RSS", RLIMIT_RSS},
        {"RLIMIT_NPROC", RLIMIT_NPROC},       {"RLIMIT_NOFILE", RLIMIT_NOFILE},
        {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},   {"RLIMIT_AS", RLIMIT_AS},
        {"RLIMIT_LOCKS", RLIMIT_LOCKS},       {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
        {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE}, {"RLIMIT_NICE", RLIMIT_NICE},
        {"RLIMIT_RTPRIO", RLIMIT_RTPRIO},     {"RLIMIT_RTTIME", RLIMIT_RTTIME}};
    for (const auto& [name, number] : known) {
        EXPECT_EQ(rlimit_number(name), static_cast<unsigned>(number)) << name;
    }
    EXPECT_EQ(std::size(known), rlimit_names.size());
    EXPECT_EQ(rlimit_number("RLIMIT_FOO"), std::nullopt);
}

}  // namespace
}  // namespace phi::oci

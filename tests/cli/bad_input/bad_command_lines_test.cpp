// SPDX-License-Identifier: Apache-2.0
// Command lines: unknown words, missing values, ids that are none, containers in the wrong state.
#include <sys/stat.h>

#include "bad_input.hpp"

namespace phi::test {
namespace {

struct CommandLineCase {
    const char* name;
    std::vector<std::string> args;
    int status;
    const char* words;
};

void PrintTo(const CommandLineCase& one, std::ostream* out) {
    *out << one.name;
}

const std::string long_id(1024, 'a');

const CommandLineCase bad_command_lines[] = {
    {"global_flag_unknown", {"--frob", "list"}, 1, "flag provided but not defined: -frob"},
    {"global_flag_value_missing", {"--root"}, 1, "flag needs an argument: -root"},
    {"log_format_unknown", {"--log-format", "xml", "list"}, 1, "xml"},
    {"log_not_writable",
     {"--log", "/no/such/dir/log", "list"},
     1,
     "/no/such/dir/log: no such file or directory"},
    {"create_without_id", {"create"}, 1, "requires exactly 1 argument"},
    {"create_two_ids", {"create", "a", "b"}, 1, "requires exactly 1 argument"},
    {"create_flag_unknown", {"create", "--frob", "c"}, 1, "flag provided but not defined: -frob"},
    {"create_bundle_missing",
     {"create", "--bundle", "/no/such/bundle", "c"},
     1,
     "/no/such/bundle: no such file or directory"},
    {"create_bundle_is_a_file",
     {"create", "--bundle", "/etc/passwd", "c"},
     1,
     "/etc/passwd: not a directory"},
    {"create_preserve_fds_text",
     {"create", "--preserve-fds", "x", "c"},
     1,
     "for flag -preserve-fds: parse error"},
    {"start_without_id", {"start"}, 1, "requires exactly 1 argument"},
    {"start_unknown", {"start", "nope"}, 1, "container does not exist"},
    {"state_without_id", {"state"}, 1, "requires exactly 1 argument"},
    {"state_unknown", {"state", "nope"}, 1, "container does not exist"},
    {"kill_without_id", {"kill"}, 1, "requires a minimum of 1 argument"},
    {"kill_unknown", {"kill", "nope"}, 1, "container does not exist"},
    {"kill_unknown_all", {"kill", "--all", "nope", "9"}, 1, "container does not exist"},
    {"delete_without_id", {"delete"}, 1, "requires exactly 1 argument"},
    {"delete_unknown", {"delete", "nope"}, 1, "container does not exist"},
    {"pause_unknown", {"pause", "nope"}, 1, "container does not exist"},
    {"resume_unknown", {"resume", "nope"}, 1, "container does not exist"},
    {"exec_unknown", {"exec", "nope", "sh"}, 255, "container does not exist"},
    {"ps_unknown", {"ps", "nope"}, 1, "container does not exist"},
    {"update_unknown", {"update", "nope"}, 1, "container does not exist"},
    {"events_unknown", {"events", "nope"}, 1, "container does not exist"},
    {"checkpoint_unknown", {"checkpoint", "nope"}, 1, "container does not exist"},
    {"list_format_unknown", {"list", "--format", "xml"}, 1, "xml"},
    {"list_argument", {"list", "x"}, 1, "requires exactly 0 argument"},
    {"plan_without_bundle", {"plan", "/no/such"}, 1, "/no/such: no such file or directory"},
    {"state_id_with_slash", {"state", "a/b"}, 1, "invalid container ID format"},
    {"state_id_dots", {"state", ".."}, 1, "invalid container ID format"},
    {"state_id_dot", {"state", "."}, 1, "invalid container ID format"},
    {"state_id_empty", {"state", ""}, 1, "container"},
    {"state_id_of_ours", {"state", "@cache"}, 1, "invalid container ID format"},
    {"delete_id_escapes", {"delete", "--force", "../../etc"}, 1, "invalid container ID format"},
    {"kill_id_escapes", {"kill", "../x"}, 1, "invalid container ID format"},
    {"start_id_newline", {"start", "a\nb"}, 1, "invalid container ID format"},
    {"pause_id_nul_like", {"pause", "a b"}, 1, "invalid container ID format"},
    {"delete_id_long", {"delete", long_id}, 1, "aaa"},
};

class BadCommandLine : public BadInput, public ::testing::WithParamInterface<CommandLineCase> {};

TEST_P(BadCommandLine, IsRefusedAndLeavesNothing) {
    expect_refused(GetParam().args, GetParam().words, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(All, BadCommandLine, ::testing::ValuesIn(bad_command_lines),
                         [](const auto& one) { return std::string(one.param.name); });

// Ids with a sound bundle, so that nothing else can be at fault.
const char* const bad_ids[] = {"a/b", "..", ".",        "",     "a b", "a\tb", "@x",  "a:b",
                               "a*",  "a?", "\xc3\xa9", "a\\b", "/",   "a'b",  "$(x)"};

TEST_F(BadInput, IdsThatAreNoneCreateNothing) {
    const std::string bundle = node_->inmate_bundle("ids", "spin\n");
    for (const char* id : bad_ids) {
        SCOPED_TRACE(id);
        expect_refused({"create", "--bundle", bundle, id}, "container");
    }
    expect_refused({"create", "--bundle", bundle, long_id}, "255");
}

TEST_F(BadInput, TheLongestIdWorks) {
    const std::string bundle = node_->inmate_bundle("longest", "exit 0\n");
    const std::string id(255, 'a');
    const Result ran = node_->run({"run", "--bundle", bundle, id});
    EXPECT_EQ(ran.status, 0) << ran.err;
    expect_nothing_left();
}

TEST_F(BadInput, SignalsThatAreNone) {
    const std::string bundle = node_->inmate_bundle("signals", "spin\n");
    ASSERT_EQ(node_->run({"create", "--bundle", bundle, "s"}).status, 0);
    for (const char* signal : {"FOO", "SIGFOO", "9999999999", "1.5", "9x", "TERM KILL"}) {
        const Result killed = node_->run({"kill", "s", signal});
        EXPECT_EQ(killed.status, 1) << signal;
        EXPECT_NE(killed.err.find(signal), std::string::npos) << killed.err;
    }
    // A number goes to the kernel, which knows no such signal.
    for (const char* signal : {"65", "-1"}) {
        const Result killed = node_->run({"kill", "s", signal});
        EXPECT_EQ(killed.status, 1) << signal;
        EXPECT_NE(killed.err.find("unable to signal init: invalid argument"), std::string::npos)
            << killed.err;
    }
    EXPECT_NE(node_->run({"state", "s"}).out.find("created"), std::string::npos);
    EXPECT_EQ(node_->run({"delete", "s"}).status, 0);
    expect_nothing_left();
}

TEST_F(BadInput, SettingsThatAreBroken) {
    struct {
        const char* settings;
        const char* words;
    } const broken[] = {
        {"\"frob\": 1", "frob"},
        {"\"select\": \"some\"", "some"},
        {"\"stop_timeout_s\": -1", "stop_timeout_s"},
        {"\"stop_timeout_s\": 86401", "stop_timeout_s"},
        {"\"guest_dir\": \"relative\"", "guest_dir"},
        {"\"defaults\": {\"memory\": \"lots\"}", "defaults.memory"},
        {"\"defaults\": {\"cpus\": 0}", "defaults.cpus"},
        {"\"annotations\": \"all\"", "annotations"},
        {"\"backend_settings\": {\"fake\": 1}", "backend_settings"},
        {"\"image_dirs\": [\"x\"]", "image_dirs"},
    };
    for (const auto& one : broken) {
        SCOPED_TRACE(one.settings);
        node_->configure(one.settings);
        const Result result = node_->run({"list"});
        EXPECT_EQ(result.status, 1);
        EXPECT_NE(result.err.find(one.words), std::string::npos) << result.err;
    }
    node_->configure("");
}

TEST_F(BadInput, ABackendThatIsNotThere) {
    const std::string bundle = node_->inmate_bundle("nobackend", "spin\n");
    Sandbox other("fake");
    write_text(other.config(), "{\"backend\": \"nosuch\", \"state_dir\": \"" + other.state_dir() +
                                   "\", \"backends_dir\": \"" + other.dir() + "/backends\"}");
    const Result made = other.run({"create", "--bundle", bundle, "c"});
    EXPECT_EQ(made.status, 1);
    EXPECT_NE(made.err.find("nosuch"), std::string::npos) << made.err;
    EXPECT_EQ(other.remains(), "");
}

TEST_F(BadInput, WhoCanWriteThePluginIsNamed) {
    Sandbox other("fake");
    const std::string library = other.dir() + "/backends/fake/runphi-backend-fake.so";
    ASSERT_EQ(::chmod(library.c_str(), 0777), 0);
    const Result made = other.run({"create", "--bundle", other.inmate_bundle("b", "spin\n"), "c"});
    EXPECT_EQ(made.status, 1);
    EXPECT_NE(made.err.find("runphi-backend-fake.so: others than root may write it"),
              std::string::npos)
        << made.err;
    EXPECT_EQ(other.remains(), "");
}

}  // namespace
}  // namespace phi::test

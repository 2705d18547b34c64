// SPDX-License-Identifier: Apache-2.0
// The command line's errors: what we say, and that the installed runc says the same.
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "node.hpp"

namespace phi::test {
namespace {

struct Case {
    std::vector<std::string> words;  // behind --root
    int status;
    std::string message;  // runc's; "runc" at its start stands for the program's own name
};

const std::string absent = "container does not exist";
const std::string no_config = "JSON specification file config.json not found";

std::string exactly(const std::string& name, const std::string& count) {
    return "runc: \"" + name + "\" requires exactly " + count + " argument(s)";
}

std::vector<Case> cases() {
    std::vector<Case> all = {
        {{"frobnicate"}, 3, "No help topic for 'frobnicate'"},
        {{"init"}, 3, "No help topic for 'init'"},
        {{"version"}, 3, "No help topic for 'version'"},
        {{"-"}, 3, "No help topic for '-'"},
        {{"help", "frob"}, 3, "No help topic for 'frob'"},
        {{"--frob"}, 1, "flag provided but not defined: -frob"},
        {{"-d"}, 1, "flag provided but not defined: -d"},
        {{"--frob", "state", "x"}, 1, "flag provided but not defined: -frob"},
        {{"--root"}, 1, "flag needs an argument: -root"},
        {{"--rootless"}, 1, "flag needs an argument: -rootless"},
        {{"--debug=maybe", "state", "x"},
         1,
         "invalid boolean value \"maybe\" for -debug: parse error"},
        {{"-h=x"}, 1, "invalid boolean value \"x\" for -h: parse error"},
        {{"--=x"}, 1, "bad flag syntax: --=x"},
        {{"---debug"}, 1, "bad flag syntax: ---debug"},
        {{"--log-format", "xml", "state", "x"}, 1, "invalid log-format: xml"},
        {{"--log-format", "xml", "frob"}, 1, "invalid log-format: xml"},
        {{"--log", "/nonexistent/dir/log", "state", "x"},
         1,
         "open /nonexistent/dir/log: no such file or directory"},
        {{"-debug=0", "-systemd-cgroup", "--criu", "c", "-rootless=auto", "state", "x"}, 1, absent},
        {{"--", "state"}, 1, exactly("state", "1")},
        {{"create", "a", "b"}, 1, exactly("create", "1")},
        {{"create", "--frob", "a"}, 1, "flag provided but not defined: -frob"},
        {{"create", "-debug", "a"}, 1, "flag provided but not defined: -debug"},
        {{"create", "--bundle"}, 1, "flag needs an argument: -bundle"},
        {{"create", "-b"}, 1, "flag needs an argument: -b"},
        {{"create", "-b", "x"}, 1, exactly("create", "1")},
        {{"create", "-b", "/nonexistent/b", "a"},
         1,
         "runc create failed: chdir /nonexistent/b: no such file or directory"},
        {{"create", "a", "--bundle", "/nonexistent/b"},
         1,
         "runc create failed: chdir /nonexistent/b: no such file or directory"},
        {{"create", "--bundle=/nonexistent/1", "-bundle", "/nonexistent/2", "a"},
         1,
         "runc create failed: chdir /nonexistent/2: no such file or directory"},
        {{"create", "-b", "/x", "--bundle", "/y", "a"},
         1,
         "Cannot use two forms of the same flag: b bundle"},
        {{"create", "-b", "", "a"}, 1, "runc create failed: " + no_config},
        {{"create", "a"}, 1, "runc create failed: " + no_config},
        {{"create", "help"}, 1, "runc create failed: " + no_config},
        {{"create", "--", "--help"}, 1, "runc create failed: " + no_config},
        {{"create", "--help=false", "a"}, 1, "runc create failed: " + no_config},
        {{"create", "--preserve-fds", "x", "a"},
         1,
         "invalid value \"x\" for flag -preserve-fds: parse error"},
        {{"create", "--preserve-fds=", "a"},
         1,
         "invalid value \"\" for flag -preserve-fds: parse error"},
        {{"create", "--preserve-fds", "99999999999999999999", "a"},
         1,
         "invalid value \"99999999999999999999\" for flag -preserve-fds: value out of range"},
        {{"create", "--preserve-fds", "0x10", "--no-pivot", "--no-new-keyring", "a"},
         1,
         "runc create failed: " + no_config},
        {{"run", "-b", "/nonexistent/b", "a"},
         1,
         "runc run failed: chdir /nonexistent/b: no such file or directory"},
        {{"run", "-d", "--keep", "--no-subreaper", "a"}, 1, "runc run failed: " + no_config},
        {{"state", "x"}, 1, absent},
        {{"state", "--", "x"}, 1, absent},
        {{"state", "--"}, 1, exactly("state", "1")},
        {{"state", "a", "b"}, 1, exactly("state", "1")},
        {{"state", "-x"}, 1, "flag provided but not defined: -x"},
        {{"state", "x", "--frob"}, 1, exactly("state", "1")},
        {{"start", "x"}, 1, absent},
        {{"pause", "x"}, 1, absent},
        {{"resume", "x"}, 1, absent},
        {{"kill"}, 1, "runc: \"kill\" requires a minimum of 1 argument(s)"},
        {{"kill", "a", "b", "c"}, 1, "runc: \"kill\" requires a maximum of 2 argument(s)"},
        {{"kill", "x"}, 1, absent},
        {{"kill", "x", "FOO"}, 1, absent},
        {{"kill", "x", "-9"}, 1, absent},
        {{"kill", "--all", "x", "9"}, 1, absent},
        {{"kill", "-a=false", "x"}, 1, absent},
        {{"delete", "x"}, 1, absent},
        {{"delete", "--force=false", "x"}, 1, absent},
        {{"delete", "--force", "x"}, 0, ""},
        {{"delete", "-f", "x"}, 0, ""},
        {{"delete", "x", "--force"}, 0, ""},
        {{"delete", "-force=T", "x"}, 0, ""},
        {{"delete", "--force=maybe", "x"},
         1,
         "invalid boolean value \"maybe\" for -force: parse error"},
        {{"delete", "-ff", "x"}, 1, "flag provided but not defined: -ff"},
        {{"delete", "--", "x", "--force"}, 1, exactly("delete", "1")},
        {{"list", "x"}, 1, exactly("list", "0")},
        {{"list", "--format", "xml"}, 1, "invalid format option"},
        {{"list", "-q"}, 0, ""},
        {{"list", "-f", "json"}, 0, ""},
        {{"list"}, 0, ""},
        {{"ps"}, 1, "runc: \"ps\" requires a minimum of 1 argument(s)"},
        {{"ps", "x"}, 1, absent},
        {{"ps", "-f", "json", "x"}, 1, absent},
        {{"ps", "x", "-ef", "--frob"}, 1, absent},
        {{"exec"}, 1, "runc: \"exec\" requires a minimum of 1 argument(s)"},
        {{"exec", "x", "ls"}, 255, "exec failed: " + absent},
        {{"exec", "x", "ls", "--frob"}, 255, "exec failed: " + absent},
        {{"exec", "-p", "/p", "-d", "-t", "-e", "A=1", "-e", "B=2", "-u", "0:0", "x"},
         255,
         "exec failed: " + absent},
        {{"exec", "--frob", "x", "ls"}, 1, "flag provided but not defined: -frob"},
        {{"exec", "--preserve-fds", "q", "x", "ls"},
         1,
         "invalid value \"q\" for flag -preserve-fds: parse error"},
        {{"exec", "-e"}, 1, "flag needs an argument: -e"},
        {{"update", "x"}, 1, absent},
        {{"update", "--memory", "1", "--pids-limit", "5", "--cpu-quota=-1", "x"}, 1, absent},
        {{"events", "x"}, 1, absent},
        {{"events", "--stats", "--interval=1h2m3.5s", "x"}, 1, absent},
        {{"events", "--interval", "5", "x"},
         1,
         "invalid value \"5\" for flag -interval: parse error"},
        {{"checkpoint", "x"}, 1, absent},
        {{"checkpoint", "--image-path", "/i", "--leave-running", "x"}, 1, absent},
        {{"restore", "--lsm-mount-context"}, 1, "flag needs an argument: -lsm-mount-context"},
        {{"features", "x"}, 1, exactly("features", "0")},
        {{"features", "--frob"}, 1, "flag provided but not defined: -frob"},
        {{"features"}, 0, ""},
        {{"spec", "a"}, 1, exactly("spec", "0")},
        {{"spec", "--bundle", "/nonexistent/b"},
         1,
         "chdir /nonexistent/b: no such file or directory"},
        {{}, 0, ""},
        {{"help"}, 0, ""},
        {{"h", "create"}, 0, ""},
        {{"--help"}, 0, ""},
        {{"--help=false"}, 0, ""},
        {{"--log-format", "xml", "--help"}, 0, ""},
        {{"--version", "--log-format", "xml", "state"}, 0, ""},
        {{"-v"}, 0, ""},
        {{"--debug"}, 0, ""},
    };
    for (const char* name : {"create", "run", "start", "state", "delete", "pause", "resume",
                             "update", "events", "checkpoint", "restore"})
        all.push_back({{name}, 1, exactly(name, "1")});
    return all;
}

std::string shown(const Case& tried) {
    std::string line;
    for (const auto& word : tried.words) line += " '" + word + "'";
    return line;
}

// The messages in which runc says its own name.
std::string in_our_name(const std::string& message) {
    if (message.rfind("runc", 0) != 0) return message;
    return "runphi" + message.substr(4);
}

// Ours may go on with what to do.
std::string without_hint(const std::string& found, const std::string& wanted) {
    return found.rfind(wanted + "; ", 0) == 0 ? wanted : found;
}

// runc takes its name from how it was called.
std::string without_path(const std::string& message, const std::string& runc) {
    return message.rfind(runc + ":", 0) == 0 ? "runc" + message.substr(runc.size()) : message;
}

std::vector<std::string> with_root(const std::string& root, const Case& tried) {
    std::vector<std::string> words{"--root", root};
    words.insert(words.end(), tried.words.begin(), tried.words.end());
    return words;
}

TEST(Usage, StatusAndMessageAreRuncs) {
    const Node node;
    for (const auto& tried : cases()) {
        const Result result = node.run(with_root(node.dir() + "/root", tried));
        EXPECT_EQ(result.status, tried.status) << shown(tried) << '\n' << result.err;
        const std::string wanted = in_our_name(tried.message);
        EXPECT_EQ(without_hint(message_of(result.err), wanted), wanted) << shown(tried);
    }
}

// The table above is what runc says, not what we think it says.
TEST(Usage, TheInstalledRuncAgrees) {
    std::string runc;
    for (const char* place : {"/usr/bin/runc", "/usr/sbin/runc"})
        if (::access(place, X_OK) == 0) runc = place;
    if (runc.empty()) GTEST_SKIP() << "no runc is installed";
    const std::string version = run_program({runc, "--version"}).out;
    if (version.rfind("runc version 1.1.", 0) != 0) GTEST_SKIP() << "not runc 1.1: " << version;
    const Node node;
    for (const auto& tried : cases()) {
        std::vector<std::string> argv{runc};
        for (const auto& word : with_root(node.dir() + "/root", tried)) argv.push_back(word);
        const Result result = run_program(argv);
        EXPECT_EQ(result.status, tried.status) << shown(tried) << '\n' << result.err;
        EXPECT_EQ(without_path(message_of(result.err), runc), tried.message) << shown(tried);
    }
}

TEST(Usage, AWrongLineShowsTheHelpPage) {
    const Node node;
    EXPECT_EQ(node.run({"state"}).out.rfind("Incorrect Usage.\n\nNAME:\n   runphi state - ", 0),
              0U);
    EXPECT_EQ(node.run({"state", "-x"})
                  .out.rfind("Incorrect Usage: flag provided but not defined: -x\n\nNAME:\n", 0),
              0U);
    EXPECT_EQ(node.run({"-x"}).out.rfind(
                  "Incorrect Usage. flag provided but not defined: -x\n\nNAME:\n   runphi - ", 0),
              0U);
}

TEST(Usage, AFailureSaysNothingOnStandardOutput) {
    const Node node;
    for (const char* name : {"state", "start", "kill", "delete", "pause", "resume", "ps", "update"})
        EXPECT_EQ(node.run({name, "x"}).out, "") << name;
}

TEST(Usage, NegativeDescriptorsAreRefused) {
    const Node node("/nonexistent/runc", "\"select\": \"all\"");
    const std::string bundle = node.bundle("b", ordinary_config());
    const Result result = node.run({"create", "-b", bundle, "--preserve-fds", "-1", "x"});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("--preserve-fds -1"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace phi::test

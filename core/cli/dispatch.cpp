// SPDX-License-Identifier: Apache-2.0
#include "core/cli/dispatch.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/cli/help.hpp"
#include "core/cli/perform.hpp"
#include "core/command/options.hpp"
#include "core/forward/vanilla.hpp"
#include "core/line/line.hpp"
#include "core/line/version.hpp"
#include "core/log/log.hpp"

namespace phi::cli {
namespace {

using line::Command;
using line::Line;

constexpr int unknown_command_status = 3;

void print(const std::string& page) {
    std::fwrite(page.data(), 1, page.size(), stdout);
}

std::string arity_message(const Command& command, const std::vector<std::string>& words) {
    const bool too_few = static_cast<int>(words.size()) < command.least;
    const char* const bound = command.least == command.most ? "exactly "
                              : too_few                     ? "a minimum of "
                                                            : "a maximum of ";
    return text("runphi: \"", command.name, "\" requires ", bound,
                too_few ? command.least : command.most, " argument(s)");
}

// One run of the program.
class Run {
  public:
    Run(int argc, char** argv) : line_(argc, argv) {}

    // Reads the line and does it; every failure is told.
    int go() {
        try {
            line_.read();
            return answer();
        } catch (const Error& error) {
            return fail("", error, 1);
        } catch (const std::exception& error) {
            return fail("", Error(Code::internal, error.what()), 1);
        }
    }

    // What was printed must have arrived.
    int finish(int status) {
        const bool arrived = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
        if (arrived || status != 0) return status;
        return fail("", os_error("write /dev/stdout"), 1);
    }

  private:
    int answer() {
        switch (line_.asks()) {
            case Line::Asks::usage:
                return global_usage_error();
            case Line::Asks::help:
                return help();
            case Line::Asks::version:
                print(line::version_page());
                return 0;
            case Line::Asks::command:
                return run_command();
            case Line::Asks::nothing:
            case Line::Asks::help_on:
            case Line::Asks::tool:
            case Line::Asks::no_topic:
                break;
        }
        open_log();
        if (line_.asks() == Line::Asks::tool)
            return command::tool(line_.settings(), line_.name(), line_.words());
        if (line_.asks() == Line::Asks::no_topic) return no_help(line_.name());
        return line_.words().empty() ? help() : help_on(line_.words().front());
    }

    int run_command() {
        const Command& command = line_.command();
        if (line_.refusal()) return fail(command.failure, *line_.refusal(), command.failure_status);
        open_log();
        if (const auto& wrong = line_.usage_error())
            return usage_error(": " + wrong->message, wrong->message);
        if (line_.flags().help()) {
            print(command_help(command, line_.flags()));
            return 0;
        }
        if (!line_.complete()) return usage_error(".", arity_message(command, line_.words()));
        try {
            if (line_.missing()) forward::refuse_foreign(*line_.missing(), line_.bundle());
            return perform(line_.global(), line_.request());
        } catch (const Error& error) {
            return fail(command.failure, error, command.failure_status);
        }
    }

    int help() {
        print(program_help(line_.global_line()));
        return 0;
    }

    int help_on(const std::string& name) {
        const Command* command = line::find_command(name);
        if (command == nullptr) return no_help(name);
        line::Flags flags;
        command->bind(flags);
        flags.parse({}, command->order);
        print(command_help(*command, flags));
        return 0;
    }

    int no_help(const std::string& topic) {
        return fail("", Error(Code::invalid, text("No help topic for '", topic, "'")),
                    unknown_command_status);
    }

    int global_usage_error() {
        const std::string& message = line_.usage_error()->message;
        print(text("Incorrect Usage. ", message, "\n\n"));
        help();
        return fail("", Error(Code::invalid, message), 1);
    }

    int usage_error(const std::string& shown, const std::string& message) {
        print(text("Incorrect Usage", shown, "\n\n", command_help(line_.command(), line_.flags())));
        return fail("", Error(Code::invalid, message), 1);
    }

    void open_log() {
        log_is_open_ = true;
        log::configure(line_.global_line().log_options(line_.settings()));
    }

    // The last words of a command that fails.
    int fail(const std::string& prefix, const Error& error, int status) {
        std::fflush(stdout);
        if (!log_is_open_) {
            try {
                open_log();
            } catch (const Error&) {  // NOLINT(bugprone-empty-catch): standard error will do
            }
        }
        const std::string hint = error.hint().empty() ? "" : "; " + error.hint();
        log::fatal(text(prefix, error.message(), hint));
        return status;
    }

    Line line_;
    bool log_is_open_ = false;
};

}  // namespace

int dispatch(int argc, char** argv) {
    Run run(argc, argv);
    return run.finish(run.go());
}

}  // namespace phi::cli

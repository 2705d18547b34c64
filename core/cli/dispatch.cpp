// SPDX-License-Identifier: Apache-2.0
#include "core/cli/dispatch.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/cli/commands.hpp"
#include "core/cli/global.hpp"
#include "core/cli/handover.hpp"
#include "core/cli/help.hpp"
#include "core/settings/settings.hpp"

namespace phi::cli {
namespace {

using Words = std::vector<std::string>;

constexpr int unknown_command_status = 3;

void print(const std::string& page) {
    std::fwrite(page.data(), 1, page.size(), stdout);
}

bool fits(const Command& command, const Words& words) {
    const auto count = static_cast<int>(words.size());
    return count >= command.least && count <= command.most;
}

std::string arity_message(const Command& command, const Words& words) {
    const bool too_few = static_cast<int>(words.size()) < command.least;
    const char* const bound = command.least == command.most ? "exactly "
                              : too_few                     ? "a minimum of "
                                                            : "a maximum of ";
    return text("runphi: \"", command.name, "\" requires ", bound,
                too_few ? command.least : command.most, " argument(s)");
}

bool is_backend(const Settings& settings, const std::string& name) {
    constexpr const char* id_letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    if (name.empty() || name.find_first_not_of(id_letters) != std::string::npos) return false;
    return ::access(text(settings.backends_dir, '/', name, "/plugin.json").c_str(), F_OK) == 0;
}

// One run of the program.
class Run {
  public:
    explicit Run(char** argv) : argv_(argv) {}

    // Reads the line and does it; every failure is told.
    int go(const Words& words) {
        try {
            return choose(words);
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
    int choose(const Words& words) {
        try {
            line_.parse(words);
        } catch (const UsageError& error) {
            return global_usage_error(error);
        }
        if (line_.help()) return help();
        if (line_.version()) return command::version();
        settings_ = Settings::load();
        if (line_.rest().empty()) {
            open_log();
            return help();
        }
        const std::string& name = line_.rest().front();
        const Words rest(line_.rest().begin() + 1, line_.rest().end());
        if (name == "help" || name == "h") return help_on(rest);
        const Command* command = find_command(name);
        return command != nullptr ? run_command(*command, rest) : run_unknown(name, rest);
    }

    int run_command(const Command& command, const Words& given) {
        Flags flags;
        const Bound bound = command.bind(flags);
        Words words;
        std::optional<UsageError> wrong;
        try {
            words = flags.parse(given, command.order);
        } catch (const UsageError& error) {
            wrong = error;
        }
        const bool complete = !wrong && !flags.help() && fits(command, words);
        std::optional<forward::Vanilla> missing;
        if (wrong && wrong->unknown_flag) handover().unknown_flag(command, given);
        try {
            if (complete) missing = handover().foreign(command, bound, words);
        } catch (const Error& error) {
            return fail(command.failure, error, command.failure_status);
        }

        open_log();
        if (wrong) return usage_error(command, flags, ": " + wrong->message, wrong->message);
        if (flags.help()) {
            print(command_help(command, flags));
            return 0;
        }
        if (!complete) return usage_error(command, flags, ".", arity_message(command, words));
        try {
            if (missing) forward::refuse_foreign(*missing, bound.bundle());
            command::Global global = line_.global();
            global.settings = settings_;
            return bound.run(global, words);
        } catch (const Error& error) {
            return fail(command.failure, error, command.failure_status);
        }
    }

    // A backend's own tool, or a command of a newer runc, or nothing.
    int run_unknown(const std::string& name, const Words& words) {
        const bool backend = is_backend(settings_, name);
        if (!backend) handover().whatever();
        open_log();
        if (backend) return backend::Backend::load(name, settings_)->tool(words);
        return no_help(name);
    }

    int help() {
        print(program_help(line_));
        return 0;
    }

    int help_on(const Words& words) {
        open_log();
        if (words.empty()) return help();
        const Command* command = find_command(words.front());
        if (command == nullptr) return no_help(words.front());
        Flags flags;
        command->bind(flags);
        flags.parse({}, command->order);
        print(command_help(*command, flags));
        return 0;
    }

    int no_help(const std::string& topic) {
        return fail("", Error(Code::invalid, text("No help topic for '", topic, "'")),
                    unknown_command_status);
    }

    int global_usage_error(const UsageError& error) {
        if (error.unknown_flag) {
            settings_ = Settings::load();
            handover().whatever();
        }
        print(text("Incorrect Usage. ", error.message, "\n\n"));
        help();
        return fail("", Error(Code::invalid, error.message), 1);
    }

    int usage_error(const Command& command, const Flags& flags, const std::string& shown,
                    const std::string& message) {
        print(text("Incorrect Usage", shown, "\n\n", command_help(command, flags)));
        return fail("", Error(Code::invalid, message), 1);
    }

    Handover handover() const { return {settings_, line_.global().root, argv_}; }

    void open_log() {
        log_is_open_ = true;
        line_.configure_log(settings_);
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

    char** argv_;
    GlobalLine line_;
    Settings settings_;
    bool log_is_open_ = false;
};

}  // namespace

int dispatch(int argc, char** argv) {
    Run run(argv);
    return run.finish(run.go(Words(argv + std::min(argc, 1), argv + argc)));
}

}  // namespace phi::cli

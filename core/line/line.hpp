// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/forward/vanilla.hpp"
#include "core/line/commands.hpp"
#include "core/line/flags.hpp"
#include "core/line/global.hpp"
#include "core/line/handover.hpp"
#include "core/settings/settings.hpp"

namespace phi::line {

// A whole command line, read as far as it takes to know whose business it is. What is the vanilla
// runc's is handed over while it is read; what is read to the end is ours to answer.
class Line {
  public:
    enum class Asks {
        usage,     // what stands before the command makes no sense: usage_error()
        help,      // --help
        version,   // --version
        nothing,   // there is no command
        help_on,   // "help", and what is in words()
        command,   // command(), and what is in words()
        tool,      // a backend's own tool: name() is the backend's, words() are for the tool
        no_topic,  // a command that nobody knows: name()
    };

    Line(int argc, char** argv);
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    // Does not return if the line is the vanilla runc's business. Throws Error for settings that
    // cannot be read.
    void read();

    Asks asks() const { return asks_; }
    const GlobalLine& global_line() const { return global_; }
    // For the commands; the settings are empty before they are needed.
    Global global() const;
    const Settings& settings() const { return settings_; }
    const std::string& name() const { return name_; }
    const std::vector<std::string>& words() const { return words_; }
    // Of Asks::usage, and of a command whose flags make no sense.
    const std::optional<UsageError>& usage_error() const { return wrong_; }

    // Of Asks::command.
    const Command& command() const { return *command_; }
    const Flags& flags() const { return flags_; }
    // The flags make sense, help is not asked for, and there are as many words as it takes.
    bool complete() const { return complete_; }
    // Why a complete line cannot be done: its container is there, as a partition.
    const std::optional<Error>& refusal() const { return refusal_; }
    // It is create or run for a bundle that is not ours, and there is nobody to take it.
    const std::optional<forward::Vanilla>& missing() const { return missing_; }
    std::string bundle() const { return bound_.bundle(); }
    Request request() const { return bound_.request(words_); }

  private:
    void read_command(const Command& command);
    void read_unknown();
    Handover handover() const;

    std::vector<std::string> given_;
    char** argv_;
    Asks asks_ = Asks::nothing;
    GlobalLine global_;
    Settings settings_;
    std::string name_;
    std::vector<std::string> words_;
    std::optional<UsageError> wrong_;
    const Command* command_ = nullptr;
    Flags flags_;
    Bound bound_;
    bool complete_ = false;
    std::optional<Error> refusal_;
    std::optional<forward::Vanilla> missing_;
};

}  // namespace phi::line

// SPDX-License-Identifier: Apache-2.0
#include "core/line/line.hpp"

#include <unistd.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace phi::line {
namespace {

bool fits(const Command& command, const std::vector<std::string>& words) {
    const auto count = static_cast<int>(words.size());
    return count >= command.least && count <= command.most;
}

bool is_backend(const Settings& settings, const std::string& name) {
    constexpr const char* id_letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    if (name.empty() || name.find_first_not_of(id_letters) != std::string::npos) return false;
    return ::access(text(settings.backends_dir, '/', name, "/plugin.json").c_str(), F_OK) == 0;
}

}  // namespace

Line::Line(int argc, char** argv) : given_(argv + std::min(argc, 1), argv + argc), argv_(argv) {}

void Line::read() {
    try {
        global_.parse(given_);
    } catch (const UsageError& error) {
        asks_ = Asks::usage;
        wrong_ = error;
        if (!error.unknown_flag) return;
        settings_ = Settings::load();
        handover().whatever();
        return;
    }
    if (global_.help() || global_.version()) {
        asks_ = global_.help() ? Asks::help : Asks::version;
        return;
    }
    settings_ = Settings::load();
    if (global_.rest().empty()) return;
    name_ = global_.rest().front();
    words_.assign(global_.rest().begin() + 1, global_.rest().end());
    if (name_ == "help" || name_ == "h") {
        asks_ = Asks::help_on;
    } else if (const Command* command = find_command(name_)) {
        read_command(*command);
    } else {
        read_unknown();
    }
}

void Line::read_command(const Command& command) {
    asks_ = Asks::command;
    command_ = &command;
    bound_ = command.bind(flags_);
    const std::vector<std::string> given = std::move(words_);
    words_.clear();
    try {
        words_ = flags_.parse(given, command.order);
    } catch (const UsageError& error) {
        wrong_ = error;
    }
    complete_ = !wrong_ && !flags_.help() && fits(command, words_);
    if (wrong_ && wrong_->unknown_flag) handover().unknown_flag(command, given);
    if (!complete_) return;
    try {
        missing_ = handover().foreign(command, bound_, words_);
    } catch (const Error& error) {
        refusal_ = error;
    }
}

// A backend's own tool, or a command of a newer runc, or nothing.
void Line::read_unknown() {
    const bool backend = is_backend(settings_, name_);
    asks_ = backend ? Asks::tool : Asks::no_topic;
    if (!backend) handover().whatever();
}

Global Line::global() const {
    Global global = global_.global();
    global.settings = settings_;
    return global;
}

Handover Line::handover() const {
    return {settings_, global_.global().root, argv_};
}

}  // namespace phi::line

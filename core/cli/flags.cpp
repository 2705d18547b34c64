// SPDX-License-Identifier: Apache-2.0
#include "core/cli/flags.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "core/base/text.hpp"

namespace phi::cli {
namespace {

enum class Kind { toggle, text, number, duration, list };

struct Flag {
    CLI::Option* option = nullptr;
    Kind kind = Kind::toggle;
    std::vector<std::string> used_names;  // each once
};

std::optional<bool> parse_go_bool(std::string_view word) {
    for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"})
        if (word == yes) return true;
    for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"})
        if (word == no) return false;
    return std::nullopt;
}

// A word that looks like a flag, taken apart.
struct Word {
    std::string name;
    std::optional<std::string> value;
};

bool is_flag_word(const std::string& word) {
    return word.size() > 1 && word.front() == '-';
}

Word take_apart(const std::string& word) {
    const std::size_t dashes = word[1] == '-' ? 2 : 1;
    const std::string rest = word.substr(dashes);
    if (rest.empty() || rest.front() == '-' || rest.front() == '=')
        throw UsageError{text("bad flag syntax: ", word)};
    const std::size_t equals = rest.find('=');
    if (equals == std::string::npos) return {rest, std::nullopt};
    return {rest.substr(0, equals), rest.substr(equals + 1)};
}

// The value in the one form that CLI11 is given.
std::string checked(const Flag& flag, const Word& word) {
    const std::string& value = *word.value;
    const auto refuse = [&](const char* reason) {
        throw UsageError{
            text("invalid value ", phi::quoted(value), " for flag -", word.name, ": ", reason)};
    };
    if (flag.kind == Kind::toggle) {
        const auto parsed = parse_go_bool(value);
        if (!parsed)
            throw UsageError{text("invalid boolean value ", phi::quoted(value), " for -", word.name,
                                  ": parse error")};
        return *parsed ? "true" : "false";
    }
    if (flag.kind == Kind::number) {
        std::int64_t number = 0;
        const int error = parse_go_number(value, number);
        if (error != 0) refuse(error == ERANGE ? "value out of range" : "parse error");
        return std::to_string(number);
    }
    if (flag.kind == Kind::duration) {
        const auto nanoseconds = parse_go_duration(value);
        if (!nanoseconds) refuse("parse error");
        return std::to_string(*nanoseconds);
    }
    return value;
}

}  // namespace

struct Flags::Set {
    CLI::App app;
    std::vector<Flag> flags;
    bool help = false;

    void add(CLI::Option* option, Kind kind) {
        const bool many = kind == Kind::list;
        option->multi_option_policy(many ? CLI::MultiOptionPolicy::TakeAll
                                         : CLI::MultiOptionPolicy::TakeLast);
        flags.push_back({option, kind, {}});
    }

    Flag* find(const std::string& name) {
        for (auto& flag : flags)
            if (flag.option->check_lname(name) || flag.option->check_sname(name)) return &flag;
        return nullptr;
    }

    // The words of one flag; `next` is where its value may stand. Returns how many words it took.
    std::size_t take(const std::vector<std::string>& words, std::size_t at) {
        Word word = take_apart(words[at]);
        Flag* flag = find(word.name);
        if (flag == nullptr)
            throw UsageError{text("flag provided but not defined: -", word.name), true};
        std::size_t taken = 1;
        if (!word.value && flag->kind == Kind::toggle) word.value = "true";
        if (!word.value) {
            if (at + 1 == words.size())
                throw UsageError{text("flag needs an argument: -", word.name)};
            word.value = words[at + 1];
            taken = 2;
        }
        flag->option->add_result(checked(*flag, word));
        auto& names = flag->used_names;
        if (std::find(names.begin(), names.end(), word.name) == names.end())
            names.push_back(word.name);
        return taken;
    }

    // Two forms of one flag would have no order of precedence.
    void refuse_two_forms() const {
        for (const auto& flag : flags)
            if (flag.used_names.size() > 1)
                throw UsageError{
                    text("Cannot use two forms of the same flag: ", flag.option->get_snames().at(0),
                         ' ', flag.option->get_lnames().at(0))};
    }
};

Flags::Flags() : set_(std::make_unique<Set>()) {
    set_->app.set_help_flag();
}
Flags::~Flags() = default;
Flags::Flags(Flags&&) noexcept = default;
Flags& Flags::operator=(Flags&&) noexcept = default;

void Flags::toggle(const char* names, const char* usage, bool* target) {
    CLI::Option* option = target != nullptr ? set_->app.add_flag(names, *target, usage)
                                            : set_->app.add_flag_callback(
                                                  names, [] {}, usage);
    set_->add(option, Kind::toggle);
}

void Flags::word(const char* names, const char* usage, std::string* target) {
    CLI::Option* option = target != nullptr ? set_->app.add_option(names, *target, usage)
                                            : set_->app.add_option(names, CLI::callback_t(), usage);
    set_->add(option, Kind::text);
}

void Flags::number(const char* names, const char* usage, std::int64_t* target) {
    CLI::Option* option = target != nullptr ? set_->app.add_option(names, *target, usage)
                                            : set_->app.add_option(names, CLI::callback_t(), usage);
    set_->add(option, Kind::number);
}

void Flags::duration(const char* names, const char* usage, std::int64_t* nanoseconds) {
    number(names, usage, nanoseconds);
    set_->flags.back().kind = Kind::duration;
}

void Flags::list(const char* names, const char* usage, std::vector<std::string>* target) {
    CLI::Option* option = target != nullptr ? set_->app.add_option(names, *target, usage)
                                            : set_->app.add_option(names, CLI::callback_t(), usage);
    set_->add(option, Kind::list);
}

std::vector<std::string> Flags::parse(const std::vector<std::string>& words, Order order) {
    // Last, so that a help page ends with it.
    toggle("--help,-h", "show help", &set_->help);
    std::vector<std::string> others;
    for (std::size_t at = 0; at < words.size();) {
        const std::string& word = words[at];
        if (word == "--") {
            others.insert(others.end(), words.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                          words.end());
            break;
        }
        if (is_flag_word(word)) {
            // Behind a word that is no flag, runc takes what it does not know for another such
            // word.
            if (others.empty() || set_->find(take_apart(word).name) != nullptr) {
                at += set_->take(words, at);
                continue;
            }
        } else if (order == Order::first) {
            others.insert(others.end(), words.begin() + static_cast<std::ptrdiff_t>(at),
                          words.end());
            break;
        }
        others.push_back(word);
        ++at;
    }
    set_->refuse_two_forms();
    for (auto& flag : set_->flags)
        if (flag.option->count() > 0) flag.option->run_callback();
    return others;
}

bool Flags::given(const char* name) const {
    const Flag* flag = set_->find(name);
    return flag != nullptr && flag->option->count() > 0;
}

bool Flags::help() const {
    return set_->help;
}

std::string Flags::describe() const {
    std::vector<std::pair<std::string, std::string>> lines;
    std::size_t width = 0;
    for (const auto& flag : set_->flags) {
        const char* const value = flag.kind == Kind::toggle ? "" : " value";
        std::string names;
        for (const auto& name : flag.option->get_lnames()) names += text("--", name, value);
        for (const auto& name : flag.option->get_snames())
            names += text(names.empty() ? "-" : ", -", name, value);
        width = std::max(width, names.size());
        lines.emplace_back(names, flag.option->get_description());
    }
    std::string page;
    for (const auto& [names, usage] : lines)
        page += text("   ", names, std::string(width - names.size() + 2, ' '), usage, "\n");
    return page;
}

}  // namespace phi::cli

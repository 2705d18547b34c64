// SPDX-License-Identifier: Apache-2.0
#include "core/line/flags.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "core/base/text.hpp"

namespace phi::line {
namespace {

enum class Kind { toggle, text, number, duration, list };

// Where the value of a flag goes; all null for one without a meaning for us.
struct Target {
    bool* toggle = nullptr;
    std::string* text = nullptr;
    std::int64_t* number = nullptr;
    std::vector<std::string>* list = nullptr;
};

struct Flag {
    std::vector<std::string> names;  // without dashes, the long one first
    const char* usage = "";
    Kind kind = Kind::toggle;
    Target target;
    std::vector<std::string> used_names;  // each once
};

const char* dashes(const std::string& name) {
    return name.size() == 1 ? "-" : "--";
}

// "--bundle,-b" as names without dashes.
std::vector<std::string> bare_names(const char* names) {
    std::vector<std::string> bare;
    for (const auto name : split(names, ','))
        bare.emplace_back(name.substr(name.find_first_not_of('-')));
    return bare;
}

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

[[noreturn]] void refuse(const Word& word, const char* reason) {
    throw UsageError{
        text("invalid value ", phi::quoted(*word.value), " for flag -", word.name, ": ", reason)};
}

bool toggle_of(const Word& word) {
    const auto parsed = parse_go_bool(*word.value);
    if (!parsed)
        throw UsageError{text("invalid boolean value ", phi::quoted(*word.value), " for -",
                              word.name, ": parse error")};
    return *parsed;
}

std::int64_t number_of(const Word& word) {
    std::int64_t number = 0;
    const int error = parse_go_number(*word.value, number);
    if (error != 0) refuse(word, error == ERANGE ? "value out of range" : "parse error");
    return number;
}

std::int64_t duration_of(const Word& word) {
    const auto nanoseconds = parse_go_duration(*word.value);
    if (!nanoseconds) refuse(word, "parse error");
    return *nanoseconds;
}

template <typename T>
void put(T* target, T value) {
    if (target != nullptr) *target = std::move(value);
}

// Checks the value, and keeps it where somebody wants it.
void keep(const Flag& flag, Word& word) {
    const Target& target = flag.target;
    switch (flag.kind) {
        case Kind::toggle:
            return put(target.toggle, toggle_of(word));
        case Kind::number:
            return put(target.number, number_of(word));
        case Kind::duration:
            return put(target.number, duration_of(word));
        case Kind::text:
            return put(target.text, std::move(*word.value));
        case Kind::list:
            if (target.list != nullptr) target.list->push_back(std::move(*word.value));
    }
}

}  // namespace

struct Flags::Set {
    std::vector<Flag> flags;
    bool help = false;

    void add(const char* names, const char* usage, Kind kind, Target target) {
        flags.push_back({bare_names(names), usage, kind, target, {}});
    }

    Flag* find(const std::string& name) {
        for (auto& flag : flags)
            if (std::find(flag.names.begin(), flag.names.end(), name) != flag.names.end())
                return &flag;
        return nullptr;
    }

    // The words of one flag; `at` is where it stands. Returns how many words it took.
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
        keep(*flag, word);
        auto& names = flag->used_names;
        if (std::find(names.begin(), names.end(), word.name) == names.end())
            names.push_back(word.name);
        return taken;
    }

    // Two forms of one flag would have no order of precedence.
    void refuse_two_forms() const {
        for (const auto& flag : flags)
            if (flag.used_names.size() > 1)
                throw UsageError{text("Cannot use two forms of the same flag: ", flag.names.back(),
                                      ' ', flag.names.front())};
    }
};

Flags::Flags() : set_(std::make_unique<Set>()) {}
Flags::~Flags() = default;
Flags::Flags(Flags&&) noexcept = default;
Flags& Flags::operator=(Flags&&) noexcept = default;

void Flags::toggle(const char* names, const char* usage, bool* target) {
    set_->add(names, usage, Kind::toggle, {.toggle = target});
}

void Flags::word(const char* names, const char* usage, std::string* target) {
    set_->add(names, usage, Kind::text, {.text = target});
}

void Flags::number(const char* names, const char* usage, std::int64_t* target) {
    set_->add(names, usage, Kind::number, {.number = target});
}

void Flags::duration(const char* names, const char* usage, std::int64_t* nanoseconds) {
    set_->add(names, usage, Kind::duration, {.number = nanoseconds});
}

void Flags::list(const char* names, const char* usage, std::vector<std::string>* target) {
    set_->add(names, usage, Kind::list, {.list = target});
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
    return others;
}

bool Flags::given(const char* name) const {
    const Flag* flag = set_->find(name);
    return flag != nullptr && !flag->used_names.empty();
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
        for (const auto& name : flag.names)
            names += text(names.empty() ? "" : ", ", dashes(name), name, value);
        width = std::max(width, names.size());
        lines.emplace_back(names, flag.usage);
    }
    std::string page;
    for (const auto& [names, usage] : lines)
        page += text("   ", names, std::string(width - names.size() + 2, ' '), usage, "\n");
    return page;
}

}  // namespace phi::line

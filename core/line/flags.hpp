// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// Flags as runc takes them, read by the rules of Go's flag package, because clients rely on these:
// "-root" is "--root", "-b=x" works, a switch takes a value only behind "=", numbers may be
// hexadecimal, the last of several wins. CLI11, which the other programs read their lines with,
// knows none of these rules, and setting it up cost a tenth of what a short command takes.
namespace phi::line {

// What the caller typed makes no sense. The message is runc's.
struct UsageError {
    std::string message;
    // A newer runc may know the flag: such a line can still be handed over.
    bool unknown_flag = false;
};

class Flags {
  public:
    // Where flags may stand: only before the first word that is no flag (the words behind it belong
    // to somebody else), or anywhere.
    enum class Order { first, anywhere };

    Flags();
    ~Flags();
    Flags(Flags&&) noexcept;
    Flags& operator=(Flags&&) noexcept;

    // `names` as in "--bundle,-b". Without a target the flag is accepted and has no meaning for us.
    void toggle(const char* names, const char* usage, bool* target = nullptr);
    void word(const char* names, const char* usage, std::string* target = nullptr);
    void number(const char* names, const char* usage, std::int64_t* target = nullptr);
    // A Go duration, "1h2m3.5s".
    void duration(const char* names, const char* usage, std::int64_t* nanoseconds = nullptr);
    void list(const char* names, const char* usage, std::vector<std::string>* target = nullptr);

    // Fills the targets and returns the words that are no flags. Throws UsageError.
    std::vector<std::string> parse(const std::vector<std::string>& words, Order order);
    // Was the flag of this (long) name on the line?
    bool given(const char* name) const;
    // --help or -h was among them.
    bool help() const;
    // One line a flag, for a help page.
    std::string describe() const;

  private:
    struct Set;
    std::unique_ptr<Set> set_;
};

// Go's number syntax: a sign, 0x, 0o, 0b or 0 before the digits, "_" between them. Returns 0 and
// sets `value`, or EINVAL, or ERANGE.
int parse_go_number(const std::string& word, std::int64_t& value);
// Go's duration syntax, "1h2m3.5s", in nanoseconds; nullopt for anything else, and for what does
// not fit.
std::optional<std::int64_t> parse_go_duration(const std::string& word);

}  // namespace phi::line

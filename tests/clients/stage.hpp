// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "client.hpp"

namespace phi::test {

// What a cell found to be otherwise than a user expects.
struct Mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// Throws unless it holds. `what` says what was wanted; `seen` what there was.
void expect(bool holds, const std::string& what, const Result& seen);
void expect(bool holds, const std::string& what, const std::string& seen);
bool contains(const std::string& text, const std::string& wanted);
// Asks a client again and again, for two minutes.
bool eventually(const std::function<bool()>& condition);

// One kind of container under one client: what its cells share.
class Stage {
  public:
    Stage(Client& its_client, Kind its_kind) : client(its_client), kind(its_kind) {}
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage();

    Client& client;
    const Kind kind;
    bool is(unsigned kinds) const { return (kind & kinds) != 0; }
    bool under(unsigned clients) const { return (client.id() & clients) != 0; }

    // A container of this kind with a name of its own: a shell with this script, or the inmate.
    Ask ask(const std::string& script, const std::string& program = "exit");
    Result run(const Ask& ask, const std::string& input = "");
    // Detached; throws when it does not start.
    void launch(Ask ask);
    Result operation(const std::string& verb, const std::string& name) const;

    // What a detached container has printed.
    std::string output(const std::string& name) const;
    void await_output(const std::string& name, const std::string& wanted) const;
    void await_status(const std::string& name, const std::string& wanted) const;
    // Waits for its end.
    int exit_code(const std::string& name) const;

    // A container that runs until the stage goes: a shell in a loop, or an inmate that spins.
    const std::string& box();
    // What a script printed, run once for all cells that ask about it: the value of "KEY=value".
    std::string answer(const std::string& key, Result (*told)(Stage&));

    // Removes what the last cell made, but for the box.
    void clear();

  private:
    void remove(const std::string& name) const;
    std::string log_of(const std::string& name) const;

    unsigned made_ = 0;
    std::vector<std::string> names_;
    std::optional<std::string> box_;
    std::map<Result (*)(Stage&), Result> answers_;
};

}  // namespace phi::test

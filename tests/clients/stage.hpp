// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client.hpp"
#include "scene.hpp"

namespace phi::test {

// The scene of a client with a command line.
class Stage : public Scene {
  public:
    Stage(CommandLine& its_client, Kind its_kind) : Scene(its_kind), client(its_client) {}
    ~Stage() override;

    CommandLine& client;
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

    // But for the box.
    void clear() override;

  private:
    void remove(const std::string& name) const;
    std::string log_of(const std::string& name) const;

    unsigned made_ = 0;
    std::vector<std::string> names_;
    std::optional<std::string> box_;
    std::map<Result (*)(Stage&), Result> answers_;
};

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#include "core/cli/perform.hpp"

#include "core/command/options.hpp"

namespace phi::cli {
namespace {

// One line a command.
struct Performer {
    const line::Global& global;

    int operator()(const line::Create& wanted) const { return command::create(global, wanted); }
    int operator()(const line::Run& wanted) const { return command::run(global, wanted); }
    int operator()(const line::Start& wanted) const { return command::start(global, wanted.id); }
    int operator()(const line::State& wanted) const { return command::state(global, wanted.id); }
    int operator()(const line::Kill& wanted) const { return command::kill(global, wanted); }
    int operator()(const line::Exec& wanted) const { return command::exec(global, wanted); }
    int operator()(const line::Copy& wanted) const { return command::copy(global, wanted); }
    int operator()(const line::Delete& wanted) const { return command::remove(global, wanted); }
    int operator()(const line::List& wanted) const { return command::list(global, wanted); }
    int operator()(const line::Pause& wanted) const { return command::pause(global, wanted.id); }
    int operator()(const line::Resume& wanted) const { return command::resume(global, wanted.id); }
    int operator()(const line::Ps& wanted) const { return command::ps(global, wanted); }
    int operator()(const line::Events& wanted) const { return command::events(global, wanted); }
    int operator()(const line::Update& wanted) const { return command::update(global, wanted); }
    int operator()(const line::Spec& wanted) const {
        return command::spec(wanted.bundle, wanted.rootless);
    }
    int operator()(const line::Features&) const { return command::features(global); }
    int operator()(const line::Refused& wanted) const {
        command::refuse(global, wanted.command, wanted.id);
    }
    int operator()(const line::Detect&) const { return command::detect(global); }
    int operator()(const line::Doctor& wanted) const { return command::doctor(global, wanted); }
    int operator()(const line::Recover&) const { return command::recover(global); }
    int operator()(const line::Plan& wanted) const { return command::plan(global, wanted); }
    int operator()(const line::Map& wanted) const { return command::map(global, wanted); }
    int operator()(const line::Board& wanted) const { return command::board(global, wanted); }
};

}  // namespace

int perform(const line::Global& global, const line::Request& request) {
    return std::visit(Performer{global}, request);
}

}  // namespace phi::cli

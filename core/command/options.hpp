// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/line/request.hpp"

namespace phi::command {

using line::Board;
using line::Copy;
using line::Create;
using line::Delete;
using line::Doctor;
using line::Events;
using line::Exec;
using line::Global;
using line::Kill;
using line::List;
using line::Map;
using line::Plan;
using line::Ps;
using line::Run;
using line::Update;

// One function a command; the result is the exit status. Failures are thrown as phi::Error.
int create(const Global& global, const Create& options);
int run(const Global& global, const Run& options);
int start(const Global& global, const std::string& id);
int state(const Global& global, const std::string& id);
int kill(const Global& global, const Kill& options);
int remove(const Global& global, const Delete& options);
int exec(const Global& global, const Exec& options);
int copy(const Global& global, const Copy& options);
int list(const Global& global, const List& options);
int pause(const Global& global, const std::string& id);
int resume(const Global& global, const std::string& id);
int ps(const Global& global, const Ps& options);
int events(const Global& global, const Events& options);
int update(const Global& global, const Update& options);
int recover(const Global& global);
int plan(const Global& global, const Plan& options);
int board(const Global& global, const Board& options);
int map(const Global& global, const Map& options);
int detect(const Global& global);
int doctor(const Global& global, const Doctor& options);
int features(const Global& global);
int spec(const std::string& bundle, bool rootless);
// `runphi BACKEND WORDS...`: the backend's own tool.
int tool(const Settings& settings, const std::string& backend_id,
         const std::vector<std::string>& words);

// checkpoint, restore of a partition: throws runc's "container does not
// exist" for an unknown id, else Error(unsupported) that names the command and the id.
[[noreturn]] void refuse(const Global& global, const std::string& command, const std::string& id);

}  // namespace phi::command

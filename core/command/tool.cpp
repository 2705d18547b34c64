// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <functional>
#include <optional>

#include "core/backend/backend.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/command/options.hpp"
#include "core/command/prepare.hpp"
#include "core/oci/id.hpp"
#include "core/plan/partition_name.hpp"

namespace phi::command {

namespace {

// Plans containers for one board, side by side, as a tool asks for them. Nothing of the machine is
// touched, and what lives on it does not count: what is planned is to live elsewhere, or later.
class Planner {
  public:
    Planner(const Settings& settings, backend::Backend& backend)
        : settings_(settings), backend_(backend) {}

    backend::PlannedBundle plan(const std::string& path, const std::string& id,
                                std::uint64_t capabilities) {
        oci::check_id(id);
        for (const auto& held : held_) {
            if (held.container == id)
                throw Error(Code::exists, text("two containers have the id ", quoted(id)));
        }
        backend_.assume(capabilities);
        const Wanted& wanted =
            wanted_.emplace_back(prepare_for(settings_, path, backend_, the_board()));
        held_.push_back({id, board::place(the_board(), held_, wanted.request)});
        const std::string partition = plan::partition_name(id, "", the_board().name_max, taken());
        partitions_.push_back(partition);
        backend_.set_rootfs(&wanted.bundle.rootfs);
        std::string document = plan_of(wanted, {id, partition, held_.back().grant, ""}, settings_,
                                       the_board(), backend_);
        backend_.set_rootfs(nullptr);
        return {std::move(document), wanted.choice.images};
    }

  private:
    const board::Board& the_board() {
        if (board_) return *board_;
        board_ = read_board_file(settings_);
        if (board_) return *board_;
        try {
            return board_.emplace(discover_board(backend_));
        } catch (const Error& error) {
            throw Error(error.code(),
                        text("there is no board file ", settings_.board,
                             ", and this machine cannot be asked: ", error.message()),
                        "write the board of the machine that is planned for, and name it as "
                        "\"board\" in the settings (RUNPHI_CONFIG names another file of them)");
        }
    }
    std::function<bool(const std::string&)> taken() const {
        return [this](const std::string& name) {
            return std::find(partitions_.begin(), partitions_.end(), name) != partitions_.end();
        };
    }

    const Settings& settings_;
    backend::Backend& backend_;
    std::optional<board::Board> board_;
    std::deque<Wanted> wanted_;  // the plugin has descriptors of theirs
    std::vector<board::Held> held_;
    std::vector<std::string> partitions_;
};

}  // namespace

int tool(const Settings& settings, const std::string& backend_id,
         const std::vector<std::string>& words) {
    const auto backend = backend::Backend::load(backend_id, settings);
    Planner planner(settings, *backend);
    backend->set_planner(
        [&](const std::string& path, const std::string& id, std::uint64_t capabilities) {
            return planner.plan(path, id, capabilities);
        });
    const int status = backend->tool(words);
    backend->set_planner({});
    return status;
}

}  // namespace phi::command

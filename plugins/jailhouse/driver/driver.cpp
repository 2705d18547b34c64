// SPDX-License-Identifier: Apache-2.0
#include "driver.hpp"

#include <runphi/sdk.hpp>

#include "../format/limits.hpp"
#include "bounded.hpp"
#include "refusal.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

Driver::Driver(std::unique_ptr<Device> device, Tree tree, Layout layout, int timeout_ms)
    : device_(std::move(device)), tree_(std::move(tree)), layout_(layout), timeout_ms_(timeout_ms) {
    if (!tree_.enabled()) {
        throw Error(Code::not_found, "Jailhouse is not enabled", "jailhouse enable SYSTEM");
    }
    if (tree_.fits(layout_)) return;
    throw Error(Code::invalid,
                "the system configuration has the layout " + std::string(to_string(layout_)) +
                    ", and the driver that runs is of another tree",
                "name the configuration with which Jailhouse was enabled");
}

int Driver::create(const std::string& name, const std::string& config) {
    const std::string what = "create cell \"" + name + "\"";
    if (name.empty() || name.size() > longest_cell_name) {
        throw Error(Code::invalid, what + ": a name must have 1 to 31 bytes; the driver cuts it");
    }
    if (const auto other = tree_.cell(name)) {
        throw Error(Code::exists, what + ": there is " + label_of(*other) + " already");
    }
    std::vector<char> argument = create_argument(config);
    const int number = call("create", what, request::cell_create, argument);
    if (number != 0) throw refusal(Operation::create, what, number, tree_);
    const auto made = tree_.cell(name);
    if (!made) {
        throw Error(Code::hypervisor, what + ": the driver reports success, and has made no cell",
                    "the configuration is for another architecture, or has another name");
    }
    return made->id;
}

void Driver::load(int id, const std::vector<LoadImage>& images,
                  const std::vector<RcpuImage>& rcpu_images) {
    const std::string what = "load " + label_of(require(id, "load"));
    LoadArgument argument(layout_, id, images, rcpu_images);
    const int number = call("load", what, request::cell_load(layout_), argument.bytes());
    if (number != 0) throw refusal(Operation::load, what, number, tree_, id);
    const CellStatus now = require(id, "load");
    if (now.state == CellState::shut_down) return;
    throw Error(Code::hypervisor, what + ": the driver reports success, and its state is \"" +
                                      now.state_text + "\", not \"shut down\"");
}

void Driver::start(int id) {
    const std::string what = "start " + label_of(require(id, "start"));
    std::vector<char> argument = cell_argument(id);
    const int number = call("start", what, request::cell_start, argument);
    if (number != 0) throw refusal(Operation::start, what, number, tree_, id);
}

// There is no call for it: a cell is stopped to be loaded.
void Driver::shut_down(int id) {
    load(id, {});
}

void Driver::destroy(int id) {
    const auto before = tree_.cell(id);
    if (!before) return;
    const std::string what = "destroy " + label_of(*before);
    std::vector<char> argument = cell_argument(id);
    const int number = call("destroy", what, request::cell_destroy, argument);
    const auto after = tree_.cell(id);
    // Another one may have got the id meanwhile.
    if (!after || after->name != before->name) return;
    if (number != 0) throw refusal(Operation::destroy, what, number, tree_, id);
    throw Error(Code::hypervisor, what + ": the driver reports success, and the cell is there");
}

CellStatus Driver::require(int id, const char* operation) const {
    if (auto found = tree_.cell(id)) return std::move(*found);
    throw Error(Code::not_found,
                std::string(operation) + " cell " + std::to_string(id) + ": there is no such cell");
}

int Driver::call(const char* operation, const std::string& what, std::uint32_t number,
                 std::vector<char>& argument) {
    if (const auto result = call_bounded(*device_, number, argument, timeout_ms_)) return *result;
    throw Error(Code::timeout,
                what + ": Jailhouse has not answered for " + std::to_string(timeout_ms_) + " ms",
                std::string("a cell that does not answer messages can hold up every ") + operation +
                    "; a call that hangs in the hypervisor ends with a reset of the machine");
}

}  // namespace runphi::jailhouse

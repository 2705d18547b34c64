// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "commands.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/board/board.hpp"
#include "findings.hpp"
#include "node.hpp"

namespace phi::configure {
namespace {

constexpr const char* board_file = "/etc/runphi/board.json";

Finding look_at_backend(const Root& root) {
    try {
        const Settings settings = root.settings();
        if (settings.select == Settings::Select::none) {
            return {true, "the settings send every container on to runc", {}};
        }
        return {true, "partitions get the backend " + choose_backend(root), {}};
    } catch (const Error& error) {
        return {false, error.message(), "runphi detect"};
    }
}

Finding look_at_board(const Root& root) {
    if (!root.has(board_file)) return {true, "no board file: the backend is asked", {}};
    try {
        board::parse_board(root.read(board_file).value(), board_file);
        return {true, text(board_file, " can be read"), {}};
    } catch (const Error& error) {
        return {false, error.message(), text("runphi board --discover ", board_file)};
    }
}

Finding look_at_guest(const Root& root) {
    const Settings settings = root.settings();
    const std::string kernel =
        text(root.inside(settings.guest_dir), "/", machine_arch(), "/kernel");
    if (root.has(kernel)) return {true, kernel + " runs Linux guests", {}};
    return {false, kernel + " is not there: no Linux guests", "runphi-configure -a"};
}

}  // namespace

int check(const Options& options) {
    const Root root(options.root);
    std::vector<Finding> findings;
    if (const auto journal = Journal::read(root)) {
        findings = look_at(root, *journal);
    } else {
        findings.push_back(
            {false, "runPHI is not installed here by runphi-configure", "runphi-configure -a"});
    }
    findings.push_back(look_at_backend(root));
    findings.push_back(look_at_board(root));
    findings.push_back(look_at_guest(root));
    bool whole = true;
    for (const Finding& one : findings) {
        whole = whole && one.good;
        std::cout << (one.good ? "ok    " : "WRONG ") << one.text << '\n';
        if (!one.mend.empty()) std::cout << "      mend it: " << one.mend << '\n';
    }
    return whole ? 0 : 1;
}

}  // namespace phi::configure

// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "core/oci/spec_read.hpp"

namespace phi::oci::read {

namespace {

User user(const Node& node) {
    User user;
    user.uid = opt_number<std::uint32_t>(node, "uid").value_or(0);
    user.gid = opt_number<std::uint32_t>(node, "gid").value_or(0);
    user.umask = opt_number<std::uint32_t>(node, "umask");
    // umask(2) looks at these bits only, and takes the others.
    if (user.umask) *user.umask &= 0777U;
    user.additional_gids = numbers<std::uint32_t>(node, "additionalGids");
    return user;
}

Capabilities capabilities(const Node& node) {
    return {strings(node, "bounding"), strings(node, "effective"), strings(node, "inheritable"),
            strings(node, "permitted"), strings(node, "ambient")};
}

std::vector<Rlimit> rlimits(const Node& process) {
    std::vector<Rlimit> all;
    const auto list = process.find("rlimits");
    if (!list) return all;
    list->each([&](const Node& node) {
        Rlimit limit{string(node.at("type")), node.at("soft").as_u64(), node.at("hard").as_u64()};
        for (const Rlimit& other : all) {
            if (other.type == limit.type) node.fail(quoted(limit.type) + " is given twice");
        }
        if (limit.soft > limit.hard) {
            node.fail(text("the soft limit ", limit.soft, " is above the hard limit ", limit.hard));
        }
        all.push_back(std::move(limit));
    });
    return all;
}

}  // namespace

Process process(const Node& node) {
    Process process;
    process.terminal = node.opt_bool("terminal").value_or(false);
    if (const auto size = node.find("consoleSize")) {
        process.console_height = number<std::uint16_t>(size->at("height"));
        process.console_width = number<std::uint16_t>(size->at("width"));
    }
    if (const auto who = node.find("user")) process.user = user(*who);
    process.args = strings(node, "args");
    process.env = strings(node, "env");
    process.cwd = string(node, "cwd");
    if (const auto sets = node.find("capabilities")) process.capabilities = capabilities(*sets);
    process.rlimits = rlimits(node);
    process.no_new_privileges = node.opt_bool("noNewPrivileges").value_or(false);
    process.oom_score_adj = opt_number<int>(node, "oomScoreAdj", -1000, 1000);
    return process;
}

}  // namespace phi::oci::read

namespace phi::oci {

Process load_process(const std::string& path) {
    const json::Document document = json::parse(read_file(path), path);
    return read::process(json::Node(document, path));
}

}  // namespace phi::oci

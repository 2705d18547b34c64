// SPDX-License-Identifier: Apache-2.0
#include "ended.hpp"

#include "files.hpp"

namespace runphi::xen {

namespace {

constexpr std::size_t longest_detail = 255, longest_record = 4096;

}  // namespace

std::string write_end(const End& end) {
    sdk::JsonWriter out;
    out.object().field("failed", end.failed).field("gone", end.gone).field("detail", end.detail);
    if (end.exit_status) out.field("exit_status", *end.exit_status);
    return out.end_object().text();
}

std::optional<End> read_end(int dir_fd) {
    const auto text = read_tail_at(dir_fd, end_file, longest_record);
    if (!text) return std::nullopt;
    const sdk::JsonDocument document(*text, "record of an end");
    const sdk::Json root = document.root();
    End out{root.at("failed").boolean(), std::nullopt, root.at("detail").string(),
            root.at("gone").boolean()};
    if (const auto status = root.find("exit_status")) {
        out.exit_status = static_cast<int>(status->u64(0, 255));
    }
    return out;
}

sdk::Query query_of(const End& end) {
    return {end.failed ? sdk::State::failed : sdk::State::stopped, end.exit_status,
            end.detail.substr(0, longest_detail)};
}

}  // namespace runphi::xen

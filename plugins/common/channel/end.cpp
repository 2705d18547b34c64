// SPDX-License-Identifier: Apache-2.0
#include "end.hpp"

namespace runphi::common {

namespace {

constexpr std::size_t longest_detail = 255;

}  // namespace

std::string write_end(const End& end) {
    sdk::JsonWriter out;
    out.object().field("failed", end.failed).field("detail", end.detail);
    if (end.exit_status) out.field("exit_status", *end.exit_status);
    return out.end_object().text();
}

End read_end(std::string_view text) {
    const sdk::JsonDocument document(text, "record of an end");
    const sdk::Json root = document.root();
    End out;
    out.failed = root.boolean_or("failed", false);
    out.detail = root.at("detail").string();
    if (const auto status = root.find("exit_status")) {
        out.exit_status = static_cast<int>(status->u64(0, 255));
    }
    return out;
}

sdk::Query query_of(const End& end) {
    return {end.failed ? sdk::State::failed : sdk::State::stopped, end.exit_status,
            end.detail.substr(0, longest_detail)};
}

}  // namespace runphi::common

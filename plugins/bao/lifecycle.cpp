// SPDX-License-Identifier: Apache-2.0
#include "backend.hpp"

// Slots are found and described, and not yet given to containers: whoever asks is told so, and what
// recovery asks has the answer of a machine on which nothing was ever made.
namespace runphi::bao {

std::string BaoBackend::create(const sdk::Host&, const sdk::Partition&,
                               const std::vector<sdk::Image>&) {
    unsupported("way to start a container in a slot in this version");
}

void BaoBackend::start(const sdk::Host&, const sdk::Partition&) {
    unsupported("start");
}

void BaoBackend::kill(const sdk::Host&, const sdk::Partition&) {
    unsupported("kill");
}

void BaoBackend::destroy(const sdk::Host&, const sdk::Partition&) {}

sdk::Query BaoBackend::query(const sdk::Host&, const sdk::Partition&) {
    return {};
}

sdk::UniqueFd BaoBackend::wait(const sdk::Host&, const sdk::Partition&) {
    unsupported("wait");
}

sdk::Query BaoBackend::event(const sdk::Host&, const sdk::Partition&, int) {
    return {};
}

std::vector<sdk::Listed> BaoBackend::list(const sdk::Host&) {
    return {};
}

}  // namespace runphi::bao

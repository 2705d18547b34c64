// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace runphi::bao {

// Bao as a hypervisor: it boots every VM once, so a partition is a slot that was laid out before.
class BaoBackend : public sdk::Backend {
  public:
    static constexpr std::string_view id = "bao", version = RUNPHI_VERSION, vendor = "runPHI";

    // detect.cpp, inventory.cpp
    sdk::Probe probe(const sdk::Host& host) override;
    std::string inventory(const sdk::Host& host) override;

    // the resource managers, a file each; BOOT is in `end`, which sees the whole plan (boot.cpp)
    std::string cpu(const sdk::Host& host, const sdk::Planning& in) override;
    std::string mem(const sdk::Host& host, const sdk::Planning& in) override;
    std::string dev(const sdk::Host& host, const sdk::Planning& in) override;
    std::string net(const sdk::Host& host, const sdk::Planning& in) override;
    std::string comm(const sdk::Host& host, const sdk::Planning& in) override;
    std::string end(const sdk::Host& host, const sdk::Planning& in) override;

    // create.cpp
    std::string create(const sdk::Host& host, const sdk::Partition& partition,
                       const std::vector<sdk::Image>& images) override;
    // lifecycle.cpp
    void start(const sdk::Host& host, const sdk::Partition& partition) override;
    void stop(const sdk::Host& host, const sdk::Partition& partition) override;
    void kill(const sdk::Host& host, const sdk::Partition& partition) override;
    void destroy(const sdk::Host& host, const sdk::Partition& partition) override;
    // state.cpp
    sdk::Query query(const sdk::Host& host, const sdk::Partition& partition) override;
    sdk::UniqueFd wait(const sdk::Host& host, const sdk::Partition& partition) override;
    sdk::Query event(const sdk::Host& host, const sdk::Partition& partition, int fd) override;
    std::vector<sdk::Listed> list(const sdk::Host& host) override;

    // channel/channel.cpp
    sdk::UniqueFd console(const sdk::Host& host, const sdk::Partition& partition) override;
    sdk::UniqueFd agent(const sdk::Host& host, const sdk::Partition& partition) override;
    // stats.cpp
    std::string stats(const sdk::Host& host, const sdk::Partition& partition) override;

    // tool/tool.cpp
    int tool(const sdk::Host& host, const std::vector<std::string>& args) override;
};

}  // namespace runphi::bao

// SPDX-License-Identifier: Apache-2.0
#include "launch.hpp"

#include "../../common/channel/launch.hpp"
#include "../../common/channel/memory_source.hpp"
#include "../console/source.hpp"
#include "cell_watch.hpp"
#include "memory.hpp"

namespace runphi::jailhouse {

namespace {

// A channel's memory lives as long as who reads it.
class OwnedMemorySource : public common::MemorySource {
  public:
    explicit OwnedMemorySource(std::unique_ptr<ChannelMemory> memory)
        : MemorySource(memory->get(), common::new_generation()), memory_(std::move(memory)) {}

  private:
    std::unique_ptr<ChannelMemory> memory_;
};

struct Opened {
    std::unique_ptr<common::Source> source;
    std::vector<int> descriptors;
};

// The claim goes with the descriptors.
Opened open_source(const Settings& settings, const sdk::Partition& partition,
                   const sdk::UniqueFd& console) {
    if (const auto address = channel_address(sdk::Plan(partition.plan))) {
        return {std::make_unique<OwnedMemorySource>(
                    std::make_unique<ChannelMemory>(settings.memory, *address)),
                {}};
    }
    if (!console) return {std::make_unique<common::NoSource>(), {}};
    auto opened = open_console(settings.device);
    std::vector<int> descriptors = {console.get(), opened->fd()};
    return {std::make_unique<ConsoleSource>(std::move(opened), partition.name),
            std::move(descriptors)};
}

}  // namespace

void start_relay(const sdk::Host& host, const Settings& settings, const sdk::Partition& partition,
                 int cell, const sdk::UniqueFd& console) {
    const Records records(host);
    Opened opened = open_source(settings, partition, console);
    const sdk::ProcessId relay = common::start_relay(
        partition, std::make_unique<CellWatch>(records, Tree(settings.sysfs), cell, partition.name),
        std::move(opened.source), std::move(opened.descriptors));
    try {
        records.write_relay(partition.name, relay);
    } catch (...) {
        sdk::end_process(host, relay);
        throw;
    }
}

void end_relay(const sdk::Host& host, const sdk::Partition& partition) {
    if (const auto relay = Records(host).relay(partition.name)) sdk::end_process(host, *relay);
    common::remove_relay_sockets(partition);
}

}  // namespace runphi::jailhouse

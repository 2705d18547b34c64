// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <runphi/memory_ring.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <runphi/sdk.hpp>
#include <runphi/sdk/socket.hpp>
#include <string>

#include "plugins/common/channel/memory_source.hpp"

// A guest that writes anything anywhere into its memory channel, in between what an honest one
// does, and the relay's end of it. Beyond not crashing: what the relay believes stays within its
// bounds, and the lines to the monitor stay open.
namespace {

using runphi::sdk::UniqueFd;
using namespace runphi::common;

void require(bool held) {
    if (!held) std::abort();
}

// A peer of the relay and the monitor at its other end.
struct Line {
    explicit Line(const char* name) : peer(listener(name)) {
        const UniqueFd dir(::open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC));
        const std::string mine = name_of(name);
        monitor = runphi::sdk::connect_at(dir.get(), mine.c_str(), "the fuzzer");
        ::fcntl(monitor.get(), F_SETFL, O_NONBLOCK);
        ::unlink(("/tmp/" + mine).c_str());
        peer.handle(POLLIN);
        require(peer.connected());
    }
    static std::string name_of(const char* name) {
        return "memory_channel_fuzz." + std::to_string(::getpid()) + "." + name;
    }
    static UniqueFd listener(const char* name) {
        const UniqueFd dir(::open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC));
        return runphi::sdk::listen_at(dir.get(), name_of(name).c_str());
    }
    void drain() {
        char bytes[65536];
        while (::read(monitor.get(), bytes, sizeof bytes) > 0) {
        }
    }

    Peer peer;
    UniqueFd monitor;
};

struct Lines {
    Line console{"console"}, agent{"agent"};
};

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
    bool empty() const { return at_ == end_; }
    std::uint32_t number(unsigned bytes) {
        std::uint32_t out = 0;
        for (; bytes > 0 && at_ < end_; --bytes) out = out << 8 | *at_++;
        return out;
    }

  private:
    const std::uint8_t *at_, *end_;
};

alignas(4096) std::array<std::uint8_t, RUNPHI_MEMORY_CHANNEL_SIZE> memory;

void write_word(std::size_t offset, std::uint32_t value) {
    std::memcpy(memory.data() + offset % (memory.size() - 3), &value, sizeof value);
}

void act(Input& input, runphi_memory_end& guest, MemorySource& host, Peers& peers, Lines& lines) {
    static const std::array<char, 4096> bytes{};
    const std::uint32_t what = input.number(1), lane = what >> 4 & 1;
    Line& line = lane == 0 ? lines.console : lines.agent;
    switch (what & 7) {
        case 0:  // its side's words
            write_word(RUNPHI_MEMORY_GUEST_SIDE + input.number(1), input.number(4));
            break;
        case 1:
            write_word(input.number(2), input.number(4));
            break;
        case 2:
            runphi_memory_send(&guest, lane, bytes.data(), input.number(2) % bytes.size());
            break;
        case 3: {
            char taken[4096];
            runphi_memory_take(&guest, lane, taken, input.number(2) % sizeof taken);
            break;
        }
        case 4:
            static_cast<void>(!::write(line.monitor.get(), bytes.data(), input.number(2) % 4096));
            break;
        case 5:
            line.drain();
            break;
        default:
            host.move(peers);
    }
    const auto told = host.told();
    require(!told || (told->exit_status >= 0 && told->exit_status <= 255));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Lines lines;
    static Peers peers{std::move(lines.console.peer), std::move(lines.agent.peer)};
    MemorySource host(memory.data(), 1);
    runphi_memory_end guest{};
    runphi_memory_begin_guest(&guest, memory.data());
    Input input(data, size);
    while (!input.empty()) act(input, guest, host, peers, lines);
    lines.console.drain();
    lines.agent.drain();
    char rest[4096];
    while (peers.console.receive(rest, sizeof rest) + peers.agent.receive(rest, sizeof rest) > 0) {
    }
    require(peers.console.connected() && peers.agent.connected());
    return 0;
}

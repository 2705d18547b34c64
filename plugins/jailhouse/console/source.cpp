// SPDX-License-Identifier: Apache-2.0
#include "source.hpp"

#include <algorithm>

namespace runphi::jailhouse {

namespace {

constexpr std::size_t most_kept = 64U << 10;
// The hypervisor prints a line without a pause. What has stood open for so long is the cell's.
constexpr auto pause = std::chrono::milliseconds(100);
// At once; the whole of the hypervisor's memory is one read, or two.
constexpr unsigned most_reads = 8;
constexpr std::size_t longest_words = 160;

// One line of what a cell has printed, fit for messages.
std::string in_one_line(std::string_view text) {
    std::string out;
    for (const char byte : text) {
        const bool plain = byte >= ' ' && byte < 0x7f;
        if (plain) out += byte;
        if (byte == '\n' && !out.empty() && !out.ends_with("; ")) out += "; ";
    }
    while (out.ends_with("; ")) out.resize(out.size() - 2);
    return out;
}

}  // namespace

ConsoleSource::ConsoleSource(std::unique_ptr<ConsoleReader> console, const std::string& cell)
    : console_(std::move(console)), filter_(cell) {
    for (unsigned reads = 0; reads < most_reads && !console_->read().empty(); ++reads) {
    }
}

bool ConsoleSource::move(Peers& peers) {
    char dropped[4096];
    bool moved = peers.console.receive(dropped, sizeof dropped) > 0;
    moved |= peers.agent.receive(dropped, sizeof dropped) > 0;
    moved |= read_some();
    return write_some(peers.console) || moved;
}

bool ConsoleSource::read_some() {
    std::string text;
    bool came = false;
    for (unsigned reads = 0; reads < most_reads; ++reads) {
        const std::string bytes = console_->read();
        if (bytes.empty()) break;
        came = true;
        filter_.feed(bytes, text);
    }
    if (came) came_at_ = Clock::now();
    if (filter_.holds() && Clock::now() - came_at_ >= pause) filter_.flush(text);
    keep(text);
    return came;
}

void ConsoleSource::keep(std::string_view text) {
    const std::size_t room = lost_ > 0 ? 0 : most_kept - std::min(most_kept, text_.size());
    text_ += text.substr(0, room);
    lost_ += text.size() - std::min(text.size(), room);
}

bool ConsoleSource::write_some(Peer& peer) {
    const std::size_t put = peer.send(text_);
    text_.erase(0, put);
    if (text_.empty() && lost_ > 0) {
        text_ = "\n<" + std::to_string(lost_) + " bytes of the console were not taken>\n";
        lost_ = 0;
    }
    return put > 0;
}

void ConsoleSource::end() {
    read_some();
    std::string text;
    filter_.flush(text);
    keep(text);
}

std::optional<Told> ConsoleSource::told() const {
    const auto status = filter_.exit_status();
    return status ? std::optional(Told{*status}) : std::nullopt;
}

std::string ConsoleSource::fault() const {
    return in_one_line(filter_.fault());
}

std::string ConsoleSource::last_words() const {
    std::string out = in_one_line(filter_.tail());
    if (out.size() > longest_words) out.erase(0, out.size() - longest_words);
    return out;
}

}  // namespace runphi::jailhouse

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "core/base/text.hpp"
#include "core/board/pieces.hpp"
#include "core/board/range.hpp"
#include "core/map/holders.hpp"
#include "core/map/map.hpp"

namespace phi::map {
namespace {

constexpr std::size_t width = 78;
constexpr std::size_t indent = 10;  // of what stands behind a heading
constexpr std::size_t line_width = width - indent;

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

char letter(std::size_t holder) {
    if (holder == nobody) return '.';
    return holder < letters.size() ? letters[holder] : '#';
}

std::string padded(const std::string& word, std::size_t to) {
    return word + std::string(word.size() < to ? to - word.size() : 0, ' ');
}

// Words under one heading, broken where the line ends.
class Paragraph {
  public:
    explicit Paragraph(const std::string& heading) : line_(padded(heading, indent)) {}

    void add(const std::string& word) {
        const bool first = line_.size() <= indent;
        if (!first && line_.size() + 2 + word.size() > width) {
            out_ += line_ + "\n";
            line_ = std::string(indent, ' ');
        } else if (!first) {
            line_ += "  ";
        }
        line_ += word;
    }
    std::string text() const { return out_ + line_ + "\n"; }

  private:
    std::string out_, line_;
};

// A letter a CPU, in the order of their numbers.
std::string draw_cpus(const board::Board& board, const Holders& holders) {
    std::string out = text(padded("CPUs", indent), format_cpu_list(board.cpus),
                           board.exclusive_cpus ? "\n" : ", shared\n");
    std::string line;
    for (const unsigned cpu : board.cpus) {
        line += letter(holders.of_cpu(cpu));
        if (line.size() < line_width && cpu != board.cpus.back()) continue;
        out += text(std::string(indent, ' '), line, '\n');
        line.clear();
    }
    return out;
}

// A piece that is smaller than a column still has one, as long as there are columns.
std::string draw_line(const std::vector<board::Piece>& pieces, std::uint64_t whole,
                      const Holders& holders) {
    std::string line(line_width, '.');
    const auto column = [&](std::uint64_t bytes) {
        return static_cast<std::size_t>(static_cast<long double>(bytes) * line_width /
                                        static_cast<long double>(whole));
    };
    const std::uint64_t start = pieces.empty() ? 0 : pieces.front().region.base;
    std::size_t free_from = 0;
    for (const auto& [region, holder] : pieces) {
        if (holder == nullptr) continue;
        std::size_t from = std::max(column(region.base - start), free_from);
        std::size_t to = std::max(column(region.base - start + region.size), from + 1);
        from = std::min(from, line_width - 1);
        to = std::min(to, line_width);
        const char mark = letter(holders.number_of(holder));
        std::fill(line.begin() + static_cast<std::ptrdiff_t>(from),
                  line.begin() + static_cast<std::ptrdiff_t>(to), mark);
        free_from = to;
    }
    return line;
}

std::string draw_memory(const board::Board& board, const std::vector<board::Held>& held,
                        const Holders& holders) {
    std::string out;
    for (const auto& pool : board.memory) {
        const std::string where =
            board::counted(pool) ? "" : board::to_text(board::region_of(pool)) + ", ";
        out += text(padded("memory", indent), pool.name, ", ", where, format_bytes(pool.size), '\n',
                    std::string(indent, ' '),
                    draw_line(board::pieces_of(board, pool, held), pool.size, holders), '\n');
    }
    return out;
}

std::string draw_devices(const board::Board& board, const Holders& holders) {
    if (board.devices.empty()) return {};
    Paragraph out("devices");
    for (const auto& device : board.devices) {
        std::string who;
        for (const std::size_t holder : holders.of_device(device)) who += letter(holder);
        out.add(text(device.name, ' ', who.empty() ? "." : who));
    }
    return out.text();
}

std::string draw_irqs(const board::Board& board, const Holders& holders) {
    if (board.irqs.empty()) return {};
    Paragraph out("irqs");
    std::size_t free = 0;
    for (const auto irq : board.irqs) {
        const std::size_t holder = holders.of_irq(irq);
        free += holder == nobody ? 1 : 0;
        if (holder != nobody) out.add(text(irq, ' ', letter(holder)));
    }
    out.add(text(free, " free"));
    return out.text();
}

std::string draw_channels(const board::Board& board, const Holders& holders) {
    if (board.channels.empty()) return {};
    Paragraph out("channels");
    for (const auto& channel : board.channels) {
        std::vector<std::string> ends;
        for (const std::size_t holder : holders.of_channel(channel)) {
            ends.emplace_back(1, letter(holder));
        }
        out.add(text(channel.name, ' ', join(ends, "-")));
    }
    return out.text();
}

}  // namespace

std::string draw(const board::Board& board, const std::vector<board::Held>& held) {
    const Holders holders(held);
    std::string out = text("board ", quoted(board.name), "\n\n");
    for (std::size_t i = 0; i < holders.count(); ++i) {
        out += text(letter(i), "  ", padded(holders.name(i), 20), ' ', holders.summary(i), '\n');
    }
    out += holders.count() == 0 ? "nobody holds anything\n\n" : "\n";
    return out + draw_cpus(board, holders) + draw_memory(board, held, holders) +
           draw_devices(board, holders) + draw_irqs(board, holders) + draw_channels(board, holders);
}

}  // namespace phi::map

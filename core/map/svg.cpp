// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "core/base/text.hpp"
#include "core/board/pieces.hpp"
#include "core/board/range.hpp"
#include "core/map/holders.hpp"
#include "core/map/map.hpp"

namespace phi::map {
namespace {

// Lengths are in pixels.
constexpr double page = 960, margin = 24, inside = page - 2 * margin;
constexpr double gap = 8, row = 34, bar = 44;
constexpr double letter_width = 7.2;  // of the 12 pixel font below, about
constexpr const char* free_colour = "#eef1f4";

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return out;
}

std::string number(double value) {
    std::array<char, 32> out{};
    std::snprintf(out.data(), out.size(), "%.1f", value);
    return out.data();
}

// Hues by the golden angle: neighbours differ, however many there are. Light, for dark letters.
// No function of libm's, which every command would load for it.
std::string colour_of(std::size_t holder) {
    if (holder == nobody) return free_colour;
    constexpr std::size_t sector = 60'000;  // thousandths of a degree
    const std::size_t hue = (210'000 + holder * 137'508) % (6 * sector);
    const double lightness = 0.76 - 0.07 * static_cast<double>(holder / 8 % 3);
    const double chroma = (1 - std::fabs(2 * lightness - 1)) * 0.62;
    const double second =
        chroma * (1 - std::fabs(static_cast<double>(hue % (2 * sector)) / sector - 1));
    const double base = lightness - chroma / 2;
    const std::array<std::array<double, 3>, 6> sectors = {{{chroma, second, 0},
                                                           {second, chroma, 0},
                                                           {0, chroma, second},
                                                           {0, second, chroma},
                                                           {second, 0, chroma},
                                                           {chroma, 0, second}}};
    const auto& rgb = sectors[hue / sector];
    std::string out = "#";
    for (const double part : rgb) {
        // Rounded: a half is one of twice the value.
        out += hex((static_cast<std::uint64_t>((part + base) * 510) + 1) / 2, 2);
    }
    return out;
}

class Picture {
  public:
    double y() const { return y_; }
    void down(double by) { y_ += by; }

    void words(double x, const std::string& said, const char* style = "") {
        body_ += text("<text x=\"", number(x), "\" y=\"", number(y_), "\"", style, ">",
                      escaped(said), "</text>\n");
    }
    // A box with its label, if it has room, and what is told under the pointer.
    void box(double x, double width, double height, const std::string& fill,
             const std::string& label, const std::string& told) {
        body_ += text("<g><title>", escaped(told), "</title><rect x=\"", number(x), "\" y=\"",
                      number(y_), "\" width=\"", number(width), "\" height=\"", number(height),
                      "\" fill=\"", fill, "\"/>");
        const auto room = static_cast<std::size_t>(std::max(0.0, (width - 8) / letter_width));
        if (label.size() <= room) {
            body_ +=
                text("<text x=\"", number(x + width / 2), "\" y=\"", number(y_ + height / 2 + 4),
                     "\" text-anchor=\"middle\">", escaped(label), "</text>");
        }
        body_ += "</g>\n";
    }
    std::string finish(const std::string& title) const {
        return text("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", number(page),
                    "\" height=\"", number(y_ + margin), "\" viewBox=\"0 0 ", number(page), " ",
                    number(y_ + margin),
                    "\" font-family=\"DejaVu Sans Mono, monospace\" font-size=\"12\" "
                    "fill=\"#1c2733\">\n<title>",
                    escaped(title),
                    "</title>\n<style>rect { stroke: #8b98a5; stroke-width: 1 }</style>\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\" stroke=\"none\"/>\n",
                    body_, "</svg>\n");
    }

  private:
    double y_ = margin;
    std::string body_;
};

// Boxes beside each other, and below where the line ends.
class Flow {
  public:
    explicit Flow(Picture& picture) : picture_(picture) {}
    ~Flow() { picture_.down(row + gap); }
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;

    void add(const std::string& label, const std::string& fill, const std::string& told) {
        const double width =
            std::min(inside, static_cast<double>(label.size()) * letter_width + 18);
        if (x_ > margin && x_ + width > page - margin) {
            x_ = margin;
            picture_.down(row + 4);
        }
        picture_.box(x_, width, row, fill, label, told);
        x_ += width + 4;
    }

  private:
    Picture& picture_;
    double x_ = margin;
};

void heading(Picture& picture, const std::string& said) {
    picture.down(18);
    picture.words(margin, said, " font-weight=\"bold\"");
    picture.down(gap);
}

std::string who(const Holders& holders, std::size_t holder) {
    return holder == nobody ? "free" : holders.name(holder);
}

void draw_holders(Picture& picture, const Holders& holders) {
    heading(picture, text(holders.count(), holders.count() == 1 ? " partition" : " partitions"));
    if (holders.count() == 0) return;
    Flow flow(picture);
    for (std::size_t i = 0; i < holders.count(); ++i) {
        flow.add(holders.name(i), colour_of(i), holders.name(i) + ": " + holders.summary(i));
    }
}

void draw_cpus(Picture& picture, const board::Board& board, const Holders& holders) {
    heading(picture, board.exclusive_cpus ? "CPUs" : "CPUs, shared");
    Flow flow(picture);
    for (const unsigned cpu : board.cpus) {
        const std::size_t holder = holders.of_cpu(cpu);
        flow.add(text("CPU ", cpu), colour_of(holder),
                 text("CPU ", cpu, ": ", who(holders, holder)));
    }
}

void draw_memory(Picture& picture, const board::Board& board, const std::vector<board::Held>& held,
                 const Holders& holders) {
    for (const auto& pool : board.memory) {
        const std::string where =
            board::counted(pool) ? "" : ", " + board::to_text(board::region_of(pool));
        heading(picture, text("memory ", pool.name, where, ", ", format_bytes(pool.size)));
        for (const auto& [region, holder] : board::pieces_of(board, pool, held)) {
            const auto share = [&](std::uint64_t bytes) {
                return static_cast<double>(bytes) / static_cast<double>(pool.size) * inside;
            };
            const std::size_t of = holders.number_of(holder);
            picture.box(margin + share(region.base - pool.base), std::max(1.0, share(region.size)),
                        bar, colour_of(of), who(holders, of),
                        text(who(holders, of), ": ",
                             board::counted(pool) ? "" : board::to_text(region) + ", ",
                             format_bytes(region.size)));
        }
        picture.down(bar + gap);
    }
}

void draw_devices(Picture& picture, const board::Board& board, const Holders& holders) {
    if (board.devices.empty()) return;
    heading(picture, "devices");
    Flow flow(picture);
    for (const auto& device : board.devices) {
        const auto of = holders.of_device(device);
        std::vector<std::string> names;
        names.reserve(of.size());
        for (const std::size_t holder : of) names.push_back(holders.name(holder));
        flow.add(device.name, colour_of(of.empty() ? nobody : of.front()),
                 text(device.name, device.path.empty() ? "" : " at " + device.path, ": ",
                      names.empty() ? "free" : join(names, ", ")));
    }
}

void draw_irqs(Picture& picture, const board::Board& board, const Holders& holders) {
    if (board.irqs.empty()) return;
    heading(picture, "interrupts of no device");
    Flow flow(picture);
    std::size_t free = 0;
    for (const auto irq : board.irqs) {
        const std::size_t holder = holders.of_irq(irq);
        free += holder == nobody ? 1 : 0;
        if (holder == nobody) continue;
        flow.add(std::to_string(irq), colour_of(holder),
                 text("interrupt ", irq, ": ", holders.name(holder)));
    }
    // There may be hundreds of them.
    if (free > 0) flow.add(text(free, " free"), free_colour, text(free, " interrupts are free"));
}

// A channel is its ends, one box each, beside its name.
void draw_channels(Picture& picture, const board::Board& board, const Holders& holders) {
    if (board.channels.empty()) return;
    heading(picture, "channels");
    for (const auto& channel : board.channels) {
        const std::string size = channel.size == 0 ? "" : text(", ", format_bytes(channel.size));
        picture.down(gap + 4);
        picture.words(margin, channel.name + size);
        picture.down(gap - 2);
        Flow flow(picture);
        const auto ends = holders.of_channel(channel);
        for (std::size_t end = 0; end < ends.size(); ++end) {
            flow.add(text("end ", end, ": ", who(holders, ends[end])), colour_of(ends[end]),
                     text(channel.name, ", end ", end, ": ", who(holders, ends[end])));
        }
    }
}

}  // namespace

std::string draw_svg(const board::Board& board, const std::vector<board::Held>& held) {
    const Holders holders(held);
    Picture picture;
    picture.down(8);
    picture.words(margin, board.name, " font-size=\"18\" font-weight=\"bold\"");
    picture.down(8);
    draw_holders(picture, holders);
    draw_cpus(picture, board, holders);
    draw_memory(picture, board, held, holders);
    draw_devices(picture, board, holders);
    draw_irqs(picture, board, holders);
    draw_channels(picture, board, holders);
    return picture.finish("runPHI: " + board.name);
}

}  // namespace phi::map

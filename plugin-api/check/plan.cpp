// SPDX-License-Identifier: Apache-2.0
#include "plan.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <runphi/sdk/error.hpp>
#include <runphi/sdk/json.hpp>

#include "report.hpp"

namespace check {

using runphi::sdk::JsonWriter;

namespace {

constexpr const char* stage_names[] = {"begin", "cpu", "mem", "dev", "net", "comm", "boot", "end"};

BootImage open_image(const std::string& role, const std::string& path) {
    BootImage image{role, path, runphi::sdk::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
                    0};
    struct stat found {};
    if (!image.fd || ::fstat(image.fd.get(), &found) != 0) throw runphi::sdk::os_error(path);
    image.length = static_cast<std::uint64_t>(found.st_size);
    return image;
}

std::uint64_t up(std::uint64_t value, std::uint64_t alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}

std::uint64_t memory_of(const Options& options, const Shape& shape) {
    return shape.memory != 0 ? shape.memory : options.memory;
}

void write_cpus(JsonWriter& out, const char* name, const std::vector<unsigned>& cpus) {
    out.array(name);
    for (const unsigned cpu : cpus) out.value(cpu);
    out.end_array();
}

void write_request(JsonWriter& out, const Options& options, const Shape& shape) {
    out.object("request").object("cpus").field("count", shape.cpu_count);
    write_cpus(out, "list", shape.cpus);
    out.end_object().field("memory", memory_of(options, shape));
    for (const char* list : {"devices", "device_tree_paths", "iomems", "irqs", "channels"}) {
        out.array(list).end_array();
    }
    out.field("net", "").end_object();
}

std::vector<unsigned> granted_cpus(const Board& board, const Shape& shape) {
    if (!shape.cpus.empty() || !board.exclusive_cpus) return shape.cpus;
    const auto count = std::min<std::size_t>(shape.cpu_count, board.cpus.size());
    return {board.cpus.begin(), board.cpus.begin() + static_cast<std::ptrdiff_t>(count)};
}

void write_grant(JsonWriter& out, const Options& options, const Board& board, const Shape& shape) {
    out.object("grant");
    write_cpus(out, "cpus", granted_cpus(board, shape));
    out.field("cpu_count", shape.cpu_count);
    const auto size = up(std::max(memory_of(options, shape), board.minimum), board.alignment);
    const auto base = up(board.pool_base, board.alignment);
    require(base + size <= board.pool_base + board.pool_size,
            "pool " + board.pool + " is too small for the check; see --memory");
    out.array("memory").object().field("pool", board.pool).field("base", base);
    out.field("size", size).end_object().end_array();
    for (const char* list : {"devices", "iomems", "irqs", "channels"}) out.array(list).end_array();
    out.end_object();
}

void write_network(JsonWriter& out, const Shape& shape) {
    const auto& network = shape.network;
    out.object("network").field("mode", network ? "container" : "none");
    const bool known = network && !network->path.empty();
    if (known) {
        out.object("namespace").field("path", network->path).field("device", network->device);
        out.field("inode", network->inode).end_object();
    }
    out.array("interfaces");
    if (known) {
        out.object().field("name", network->interface).field("mac", network->mac);
        out.field("mtu", 1500).field("up", true).field("ipv6", false).field("accept_ra", 0);
        for (const char* list : {"addresses", "routes", "neighbours"}) out.array(list).end_array();
        out.end_object();
    }
    out.end_array().end_object();
}

void write_shares(JsonWriter& out, const Shape& shape) {
    if (shape.shares_dir.empty()) return;
    out.array("shares").object().field("tag", "check").field("dir", shape.shares_dir);
    out.array("entries").object().field("source", "/check").field("destination", "/check");
    out.field("read_only", false).end_object().end_array().end_object().end_array();
}

}  // namespace

std::vector<BootImage> open_images(const Options& options) {
    std::vector<BootImage> images;
    if (!options.inmate.empty()) images.push_back(open_image("inmate", options.inmate));
    if (!options.kernel.empty()) images.push_back(open_image("kernel", options.kernel));
    if (!options.initrd.empty()) images.push_back(open_image("initrd", options.initrd));
    return images;
}

std::string write_plan(const Options& options, const Board& board, const std::string& backend,
                       const std::string& partition, const std::vector<BootImage>& images,
                       const Shape& shape, const std::map<std::string, std::string>& parts) {
    const std::string by_options = options.kernel.empty() ? "inmate" : "kernel";
    const std::string kind = shape.kind.empty() ? by_options : shape.kind;
    JsonWriter out;
    out.object().field("format", "runphi.plan/1").field("id", partition);
    out.field("partition", partition).field("backend", backend).field("arch", options.arch);
    out.field("kind", kind);
    write_request(out, options, shape);
    write_grant(out, options, board, shape);
    write_network(out, shape);
    write_shares(out, shape);
    out.object("boot")
        .field("kind", kind)
        .field("source", "annotation")
        .field("arch", options.arch);
    out.field("cmdline", options.cmdline).array("images");
    for (const BootImage& image : images) {
        out.object().field("role", image.role).field("path", image.path);
        out.field("length", image.length).end_object();
    }
    out.end_array().end_object().object("parts");
    for (const char* stage : stage_names) {
        const auto part = parts.find(stage);
        if (part == parts.end() || part->second.empty()) continue;
        const runphi::sdk::JsonDocument document(part->second, std::string("parts.") + stage);
        out.field(stage, document.root().value());
    }
    return out.end_object().end_object().text();
}

}  // namespace check

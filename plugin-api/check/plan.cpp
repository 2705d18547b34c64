// SPDX-License-Identifier: Apache-2.0
#include "plan.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <runphi/sdk/json.hpp>

#include "report.hpp"

namespace check {

using runphi::sdk::JsonWriter;

namespace {

constexpr const char* stages[] = {"begin", "cpu", "mem", "dev", "net", "comm", "boot", "end"};

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

void write_request(JsonWriter& out, const Options& options) {
    out.object("request").object("cpus").field("count", 1).array("list").end_array().end_object();
    out.field("memory", options.memory);
    for (const char* list : {"devices", "device_tree_paths", "iomems", "irqs", "channels"}) {
        out.array(list).end_array();
    }
    out.field("net", "").end_object();
}

void write_grant(JsonWriter& out, const Options& options, const Board& board) {
    out.object("grant").array("cpus");
    if (board.exclusive_cpus && !board.cpus.empty()) out.value(board.cpus[0]);
    out.end_array().field("cpu_count", 1);
    const auto size = up(std::max(options.memory, board.minimum), board.alignment);
    const auto base = up(board.pool_base, board.alignment);
    require(base + size <= board.pool_base + board.pool_size,
            "pool " + board.pool + " is too small for the check; see --memory");
    out.array("memory").object().field("pool", board.pool).field("base", base);
    out.field("size", size).end_object().end_array();
    for (const char* list : {"devices", "iomems", "irqs", "channels"}) out.array(list).end_array();
    out.end_object();
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
                       const std::map<std::string, std::string>& parts) {
    const char* kind = options.kernel.empty() ? "inmate" : "kernel";
    JsonWriter out;
    out.object().field("format", "runphi.plan/1").field("id", partition);
    out.field("partition", partition).field("backend", backend).field("arch", options.arch);
    out.field("kind", kind);
    write_request(out, options);
    write_grant(out, options, board);
    out.object("network").field("mode", "none").array("interfaces").end_array().end_object();
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
    for (const char* stage : stages) {
        const auto part = parts.find(stage);
        if (part == parts.end() || part->second.empty()) continue;
        const runphi::sdk::JsonDocument document(part->second, std::string("parts.") + stage);
        out.field(stage, document.root().value());
    }
    return out.end_object().end_object().text();
}

}  // namespace check

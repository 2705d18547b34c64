// SPDX-License-Identifier: Apache-2.0
#include "core/boot/image_config.hpp"

#include <algorithm>
#include <array>

#include "core/base/contains.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/base/text.hpp"
#include "core/boot/arch.hpp"
#include "core/boot/numbers.hpp"

namespace phi::boot {

namespace {

constexpr json::Limits limits{64U << 10, 16};
constexpr std::array<const char*, 2> places{"/boot/configuration.json", "/boot/config.json"};

constexpr std::array<std::string_view, 4> distinctive{"os_var", "inmate", "starting_vaddress",
                                                      "rpu_req"};
constexpr std::array<std::string_view, 15> others{
    "kernel",     "ramdisk",   "initrd",      "cpio",     "dtb",
    "net",        "netconf",   "memory",      "vcpus",    "cmdline",
    "disk_image", "disk_type", "disk_format", "disk_bus", "entry_address"};
// Of the original; they shape the host, which an image has no say in.
constexpr std::array<std::string_view, 8> ignored{"vcpu_pinning", "emulator_pinning", "emulatorpin",
                                                  "isolcpu",      "nohz_full",        "steer_irq",
                                                  "irq_steering", "disk_size"};
constexpr std::array<std::string_view, 3> known_besides{"arch", "accelerator", "accelerators"};

bool is_known(std::string_view key) {
    return contains(distinctive, key) || contains(others, key) || contains(ignored, key) ||
           contains(known_besides, key);
}

// One byte more than the limit, so that parsing tells what is too large.
std::string read_bounded(int fd) {
    std::string bytes(limits.bytes + 1, '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n =
            ::pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    bytes.resize(done);
    return bytes;
}

class Reader {
  public:
    Reader(const json::Node& root, std::string path) : root_(root), path_(std::move(path)) {}

    // The original treats an empty text as absent.
    std::optional<Wish<std::string>> text_of(const char* key) const {
        const auto value = root_.opt_string(key);
        if (!value || value->empty()) return std::nullopt;
        return wish(*value, key);
    }
    std::optional<Wish<std::uint64_t>> address_of(const char* key) const {
        const auto node = root_.find(key);
        if (!node) return std::nullopt;
        if (!node->value().IsString()) return wish(node->as_u64(), key);
        const std::string value = node->as_string();
        if (value.empty()) return std::nullopt;
        const auto address = parse_address(value);
        if (!address)
            node->fail(text("expected an address, 0x80000000 or decimal, found ", quoted(value)));
        return wish(*address, key);
    }
    // 0 means "not said", as in the original.
    std::optional<Wish<std::uint64_t>> count_of(const char* key, std::uint64_t high) const {
        const auto node = root_.find(key);
        if (!node) return std::nullopt;
        const std::uint64_t value = node->as_u64(0, high);
        if (value == 0) return std::nullopt;
        return wish(value, key);
    }
    template <typename T>
    Wish<T> wish(T value, const char* key) const {
        return {std::move(value), Source::image_file, text(path_, ": ", key)};
    }
    const json::Node& root() const { return root_; }

  private:
    const json::Node& root_;
    std::string path_;
};

void read_guest(const Reader& in, Wishes& wishes) {
    wishes.inmate = in.text_of("inmate");
    wishes.kernel = in.text_of("kernel");
    wishes.initrd = in.text_of("ramdisk");
    wishes.dtb = in.text_of("dtb");
    wishes.cmdline = in.text_of("cmdline");
    if (auto initrd = in.text_of("initrd")) {
        if (wishes.initrd && wishes.initrd->value != initrd->value) {
            in.root().fail(text("`ramdisk` and `initrd` name two files: ",
                                quoted(wishes.initrd->value), " and ", quoted(initrd->value)));
        }
        wishes.initrd = initrd;
    }
    if (const auto os = in.text_of("os_var")) {
        wishes.linux = in.wish(os->value == "linux", "os_var");
    }
    // A path is an archive that is ready; else a wish to have the root file system packed.
    if (const auto cpio = in.text_of("cpio")) {
        if (cpio->value.find('/') != std::string::npos) {
            if (!wishes.initrd) wishes.initrd = cpio;
        } else if (is_consent(cpio->value)) {
            if (!wishes.linux) wishes.linux = in.wish(true, "cpio");
        } else {
            in.root().at("cpio").fail(
                text("expected a path or \"yes\", found ", quoted(cpio->value)));
        }
    }
}

void read_size(const Reader& in, Wishes& wishes) {
    wishes.load_address = in.address_of("starting_vaddress");
    wishes.entry_address = in.address_of("entry_address");
    if (const auto mib = in.count_of("memory", max_memory >> 20)) {
        wishes.memory = in.wish(mib->value << 20, "memory");
    }
    if (const auto vcpus = in.count_of("vcpus", max_vcpus)) {
        wishes.vcpus = in.wish(static_cast<unsigned>(vcpus->value), "vcpus");
    }
    if (const auto arch = in.text_of("arch")) {
        if (!is_known_arch(arch->value)) {
            in.root().at("arch").fail(
                text("expected x86_64 or aarch64, found ", quoted(arch->value)));
        }
        wishes.arch = arch;
    }
}

void read_network(const Reader& in, Wishes& wishes) {
    const auto node = in.root().find("net");
    const auto conf = in.text_of("netconf");
    std::string net;
    if (node && node->value().IsBool()) {
        net = node->as_bool() ? "yes" : "no";
    } else if (node) {
        net = node->as_string();
    }
    // The original completes a bare "bridge" with the bridge's name from `netconf`.
    if (net == "bridge" && conf) net += ":" + conf->value;
    if (!net.empty()) {
        wishes.net = in.wish(net, "net");
    } else {
        wishes.net = conf;
    }
}

void read_hardware(const Reader& in, Wishes& wishes) {
    if (const auto node = in.root().find("rpu_req")) {
        const std::string value = node->value().IsString() ? node->as_string()
                                  : node->as_bool()        ? "any"
                                                           : "";
        if (!value.empty() && value != "no" && value != "false") {
            wishes.rpu = in.wish(value, "rpu_req");
        }
    }
    for (const char* key : {"accelerator", "accelerators"}) {
        const auto node = in.root().find(key);
        if (!node) continue;
        const auto& value = node->value();
        const bool empty =
            (value.IsArray() && value.Empty()) || (value.IsObject() && value.ObjectEmpty());
        if (!empty) {
            throw Error(Code::unsupported,
                        node->path() + ": accelerators in programmable logic are not supported");
        }
    }
}

void read_disk(const Reader& in, Wishes& wishes) {
    const auto type = in.text_of("disk_type");
    if (type && type->value != "file") {
        throw Error(
            Code::unsupported,
            text(type->where, ": ", quoted(type->value), " is not supported, only \"file\""),
            "put the disk into the image as a file and name it by disk_image");
    }
    const auto path = in.text_of("disk_image");
    for (const char* key : {"disk_type", "disk_format", "disk_bus"}) {
        if (!path && in.text_of(key)) in.root().at(key).fail("needs disk_image");
    }
    if (!path) return;
    Disk disk{path->value};
    if (const auto format = in.text_of("disk_format")) disk.format = format->value;
    if (const auto bus = in.text_of("disk_bus")) disk.bus = bus->value;
    wishes.disk = in.wish(disk, "disk_image");
    check_disk(*wishes.disk);
}

}  // namespace

bool is_image_config(std::string_view bytes) {
    try {
        const auto document = json::parse(bytes, "image configuration", limits);
        if (!document.IsObject() || document.ObjectEmpty()) return false;
        bool all_known = true;
        for (const auto& member : document.GetObject()) {
            const std::string_view key(member.name.GetString(), member.name.GetStringLength());
            if (contains(distinctive, key)) return true;
            all_known = all_known && is_known(key);
        }
        return all_known;
    } catch (const Error&) {
        const auto first = bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf");
        if (first == std::string_view::npos || bytes[first] != '{') return false;
        return std::any_of(distinctive.begin(), distinctive.end(), [&](std::string_view key) {
            return bytes.find(text('"', key, '"')) != std::string_view::npos;
        });
    }
}

std::optional<ImageConfig> find_image_config(const Rootfs& rootfs) {
    for (const char* place : places) {
        try {
            const UniqueFd fd = rootfs.find_file(RootfsPath(place));
            if (!fd) continue;
            ImageConfig config{place, read_bounded(fd.get())};
            if (is_image_config(config.text)) return config;
        } catch (const Error& error) {
            log::debug(text(place, " in the image is not ours: ", error.message()));
        }
    }
    return std::nullopt;
}

Wishes parse_image_config(const ImageConfig& config) {
    const auto document = json::parse(config.text, config.path, limits);
    const json::Node root(document, config.path);
    root.members([&](const std::string& key, const json::Node& node) {
        if (!is_known(key)) node.fail("unknown key");
        if (contains(ignored, key)) {
            log::info(text(node.path(),
                           ": ignored: an image has no say in the host's CPUs, "
                           "interrupts and volumes"));
        }
    });
    Wishes wishes;
    const Reader in(root, config.path);
    read_guest(in, wishes);
    read_size(in, wishes);
    read_network(in, wishes);
    read_hardware(in, wishes);
    read_disk(in, wishes);
    wishes.from_image_file = true;
    return wishes;
}

}  // namespace phi::boot

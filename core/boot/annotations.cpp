// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string_view>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/arch.hpp"
#include "core/boot/bind_way.hpp"
#include "core/boot/numbers.hpp"
#include "core/boot/wishes.hpp"

namespace phi::boot {

namespace {

constexpr std::string_view prefix = "org.runphi.";

// Read by others: hardware by plan/, the runtime by is_marked.
constexpr std::array<std::string_view, 5> known_elsewhere{"devices", "irqs", "iomems", "channels",
                                                          "runtime"};
// Read together, by take_disk.
constexpr std::array<std::string_view, 3> of_disk{"disk", "disk-format", "disk-bus"};

struct Annotation {
    std::string_view name;  // without the prefix
    const std::string& value;

    std::string where() const { return text("annotation ", prefix, name); }
    Wish<std::string> wish() const { return {value, Source::annotation, where()}; }
    [[noreturn]] void expected(const std::string& wanted) const {
        throw Error(Code::invalid, text(where(), ": expected ", wanted, ", found ", quoted(value)));
    }
    std::uint64_t address() const {
        const auto number = parse_address(value);
        if (!number) expected("an address, 0x80000000 or decimal");
        return *number;
    }
    std::uint64_t count(std::uint64_t low, std::uint64_t high) const {
        const auto number = parse_u64(value);
        if (!number || *number < low || *number > high) expected(text(low, " to ", high));
        return *number;
    }
};

Kind parse_kind(const Annotation& annotation) {
    for (const Kind kind : {Kind::inmate, Kind::linux, Kind::kernel}) {
        if (annotation.value == to_string(kind)) return kind;
    }
    annotation.expected("linux, inmate or kernel");
}

std::string parse_arch(const Annotation& annotation) {
    if (annotation.value == "amd64") return "x86_64";  // as OCI images call them
    if (annotation.value == "arm64") return "aarch64";
    if (!is_known_arch(annotation.value)) annotation.expected("x86_64 or aarch64");
    return annotation.value;
}

bool take_file(Wishes& wishes, const Annotation& annotation) {
    std::optional<Wish<std::string>>* field = nullptr;
    if (annotation.name == "inmate") field = &wishes.inmate;
    if (annotation.name == "kernel") field = &wishes.kernel;
    if (annotation.name == "initrd") field = &wishes.initrd;
    if (annotation.name == "dtb") field = &wishes.dtb;
    if (annotation.name == "cmdline") field = &wishes.cmdline;
    if (annotation.name == "net") field = &wishes.net;
    if (annotation.name == "rpu") field = &wishes.rpu;
    if (field == nullptr) return false;
    if (annotation.value.empty() && annotation.name != "cmdline") {
        annotation.expected("a value");
    }
    *field = annotation.wish();
    return true;
}

// A disk's format and bus belong to the disk that an annotation names.
void take_disk(Wishes& wishes, const oci::Spec& spec) {
    const std::string* path = spec.annotation("org.runphi.disk");
    const std::string* format = spec.annotation("org.runphi.disk-format");
    const std::string* bus = spec.annotation("org.runphi.disk-bus");
    if (path == nullptr) {
        if (format == nullptr && bus == nullptr) return;
        throw Error(Code::invalid, text("annotation org.runphi.disk", format ? "-format" : "-bus",
                                        ": there is no annotation org.runphi.disk"));
    }
    Disk disk{*path};
    if (format != nullptr) disk.format = *format;
    if (bus != nullptr) disk.bus = *bus;
    wishes.disk = {disk, Source::annotation, "annotation org.runphi.disk"};
    check_disk(*wishes.disk);
}

bool take_number(Wishes& wishes, const Annotation& annotation) {
    const auto where = annotation.where();
    if (annotation.name == "load-address") {
        wishes.load_address = {annotation.address(), Source::annotation, where};
    } else if (annotation.name == "entry-address") {
        wishes.entry_address = {annotation.address(), Source::annotation, where};
    } else if (annotation.name == "vcpus") {
        wishes.vcpus = {static_cast<unsigned>(annotation.count(1, max_vcpus)), Source::annotation,
                        where};
    } else if (annotation.name == "stop-timeout") {
        wishes.stop_timeout_s = {static_cast<unsigned>(annotation.count(0, max_stop_timeout_s)),
                                 Source::annotation, where};
    } else if (annotation.name == "memory") {
        const auto bytes = parse_size(annotation.value);
        if (!bytes || *bytes == 0 || *bytes > max_memory) {
            annotation.expected("a size above 0: bytes, or with K, M or G");
        }
        wishes.memory = {*bytes, Source::annotation, where};
    } else {
        return false;
    }
    return true;
}

bool take_word(Wishes& wishes, const Annotation& annotation, const oci::Spec& spec) {
    if (annotation.name == "guest") {
        wishes.kind = {parse_kind(annotation), Source::annotation, annotation.where()};
    } else if (annotation.name == "arch") {
        wishes.arch = {parse_arch(annotation), Source::annotation, annotation.where()};
    } else if (annotation.name == "binds") {
        bind_wish(spec);
    } else {
        return false;
    }
    return true;
}

// org.runphi.BACKEND.NAME: the backend's own to read, and another backend's to pass over.
bool is_of_backend(std::string_view name) {
    const auto dot = name.find('.');
    return dot != std::string_view::npos && dot > 0 && dot + 1 < name.size();
}

}  // namespace

Wishes annotation_wishes(const oci::Spec& spec) {
    Wishes wishes;
    for (const auto& [key, value] : spec.annotations) {
        if (!std::string_view(key).starts_with(prefix)) continue;
        const Annotation annotation{std::string_view(key).substr(prefix.size()), value};
        bool known = take_file(wishes, annotation) || take_number(wishes, annotation) ||
                     take_word(wishes, annotation, spec);
        for (const auto name : known_elsewhere) known = known || name == annotation.name;
        for (const auto name : of_disk) known = known || name == annotation.name;
        known = known || is_of_backend(annotation.name);
        if (!known) {
            throw Error(Code::invalid, text("annotation ", quoted(key), ": unknown to runPHI"),
                        "runphi(8) lists the annotations org.runphi.*");
        }
        if (annotation.name == "runtime" && value != "runphi" && value != "runc") {
            annotation.expected("runphi or runc");
        }
    }
    take_disk(wishes, spec);
    return wishes;
}

bool asks_for_runc(const oci::Spec& spec) {
    const std::string* runtime = spec.annotation("org.runphi.runtime");
    return runtime != nullptr && *runtime == "runc";
}

bool has_annotation_mark(const oci::Spec& spec) {
    const auto first = spec.annotations.lower_bound(std::string(prefix));
    return first != spec.annotations.end() && std::string_view(first->first).starts_with(prefix);
}

}  // namespace phi::boot

// SPDX-License-Identifier: Apache-2.0
#include "core/boot/choice.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/arch.hpp"
#include "core/boot/decide.hpp"
#include "core/boot/image_config.hpp"
#include "core/boot/image_file.hpp"
#include "core/boot/wishes.hpp"

namespace phi::boot {

namespace {

// Linux on x86 takes 2048 bytes; the rest is for what the backend appends.
constexpr std::size_t max_cmdline = 1536;
constexpr std::size_t max_word = 256;

void check_text(const std::optional<Wish<std::string>>& wish, std::size_t limit) {
    if (!wish) return;
    if (wish->value.size() > limit) {
        throw Error(Code::invalid,
                    text(wish->where, ": ", wish->value.size(), " bytes, more than ", limit));
    }
    for (const char c : wish->value) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            throw Error(Code::invalid,
                        text(wish->where, ": has a control character: ", quoted(wish->value)));
        }
    }
}

Wishes merge(const oci::Spec& spec, const Rootfs& rootfs) {
    Wishes wishes;
    if (spec.vm) wishes.complete(vm_wishes(*spec.vm));
    wishes.complete(annotation_wishes(spec));
    if (const auto config = find_image_config(rootfs)) {
        wishes.complete(parse_image_config(*config));
    }
    wishes.complete(environment_wishes(spec));
    check_text(wishes.cmdline, max_cmdline);
    check_text(wishes.net, max_word);
    check_text(wishes.rpu, max_word);
    return wishes;
}

// The architecture, and whether the sources agree about it.
std::string settle_arch(const Wishes& wishes, const Decision& decision, const ImageFacts& facts,
                        const std::string& what) {
    const std::string wanted = wishes.arch ? wishes.arch->value : "";
    if (facts.arch == "arm") {
        if (decision.kind != Kind::inmate || !wishes.rpu) {
            throw Error(Code::unsupported, what + ": an ELF file for 32-bit Arm",
                        "only a container that asks for a real-time core (rpu_req, org.runphi.rpu) "
                        "can run it");
        }
        return wanted.empty() ? host_arch() : wanted;
    }
    if (facts.arch.empty()) return wanted.empty() ? host_arch() : wanted;
    if (!wanted.empty() && wanted != facts.arch) {
        throw Error(Code::invalid, text(wishes.arch->where, " says ", wanted, ", but ", what,
                                        " is ", facts.found, " for ", facts.arch));
    }
    return facts.arch;
}

void add_kernel_of_image(Choice& choice, const Wishes& wishes, const Decision& decision,
                         const ImageFiles& files) {
    const char* role = decision.kind == Kind::inmate ? "inmate" : "kernel";
    Image image = files.open(decision.guest->value, decision.guest->where, role);
    const std::string what = files.describe(decision.guest->value, decision.guest->where);
    const ImageFacts facts = inspect_image(image.fd.get(), image.length, what);
    if (decision.kind == Kind::kernel) require_kernel(facts, what);
    choice.arch = settle_arch(wishes, decision, facts, what);
    choice.images.push_back(std::move(image));
}

void add_kernel_of_node(Choice& choice, const Wishes& wishes, const Settings& settings) {
    choice.arch = wishes.arch ? wishes.arch->value : host_arch();
    choice.images.push_back(open_node_kernel(settings, choice.arch));
}

void add_companions(Choice& choice, const Decision& decision, const ImageFiles& files,
                    bool read_only_root) {
    if (decision.initrd) {
        Image image = files.open(decision.initrd->value, decision.initrd->where, "initrd");
        if (image.length == 0) {
            throw Error(Code::invalid,
                        files.describe(decision.initrd->value, decision.initrd->where) +
                            ": the file is empty");
        }
        choice.images.push_back(std::move(image));
    }
    if (decision.dtb) {
        Image image = files.open(decision.dtb->value, decision.dtb->where, "dtb");
        require_device_tree(image.fd.get(), image.length,
                            files.describe(decision.dtb->value, decision.dtb->where));
        choice.images.push_back(std::move(image));
    }
    if (decision.disk) {
        choice.images.push_back(files.open_disk(*decision.disk, read_only_root));
    }
}

template <typename T>
std::optional<T> value_of(const std::optional<Wish<T>>& wish) {
    if (!wish) return std::nullopt;
    return wish->value;
}

}  // namespace

const char* to_string(Source source) {
    switch (source) {
        case Source::vm:
            return "vm";
        case Source::annotation:
            return "annotation";
        case Source::image_file:
            return "image-file";
        case Source::environment:
            return "environment";
        case Source::node:
            break;
    }
    return "node";
}

const char* to_string(Kind kind) {
    switch (kind) {
        case Kind::inmate:
            return "inmate";
        case Kind::kernel:
            return "kernel";
        case Kind::linux:
            break;
    }
    return "linux";
}

bool is_marked(const oci::Spec& spec, const std::string& rootfs_path) {
    if (asks_for_runc(spec)) return false;
    if (spec.vm || has_annotation_mark(spec) || has_environment_mark(spec)) return true;
    try {
        return find_image_config(Rootfs::open(rootfs_path)).has_value();
    } catch (const Error&) {
        return false;
    }
}

Choice choose(const oci::Spec& spec, const Rootfs& rootfs, const Settings& settings) {
    const Wishes wishes = merge(spec, rootfs);
    const ImageFiles files(rootfs, settings.image_dirs);
    const Decision decision = decide(wishes, files);

    Choice choice;
    choice.kind = decision.kind;
    choice.source = decision.source;
    if (decision.guest) {
        add_kernel_of_image(choice, wishes, decision, files);
    } else if (decision.from_disk) {
        choice.arch = wishes.arch ? wishes.arch->value : host_arch();
    } else {
        add_kernel_of_node(choice, wishes, settings);
    }
    add_companions(choice, decision, files, spec.root_readonly);
    choice.cmdline = value_of(wishes.cmdline).value_or("");
    if (choice.kind == Kind::inmate) {
        choice.load_address = value_of(wishes.load_address);
        choice.entry_address = value_of(wishes.entry_address);
    }
    choice.vcpus = value_of(wishes.vcpus);
    choice.memory = value_of(wishes.memory);
    choice.net = value_of(wishes.net).value_or("");
    choice.rpu = value_of(wishes.rpu).value_or("");
    choice.stop_timeout_s = value_of(wishes.stop_timeout_s);
    return choice;
}

}  // namespace phi::boot

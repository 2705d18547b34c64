// SPDX-License-Identifier: Apache-2.0
#include "core/boot/decide.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace phi::boot {

namespace {

using Path = std::optional<Wish<std::string>>;

constexpr const char* default_inmate = "/boot/boot.bin";

[[noreturn]] void contradict(const std::string& one, const std::string& other,
                             const std::string& why) {
    throw Error(Code::invalid, text(one, " and ", other, " contradict each other: ", why),
                "name only one of them, or say which with the annotation org.runphi.guest");
}

// Overruled by `winner`, unless it comes from a source that is at least as high.
void drop(Path& loser, const Wish<Kind>& winner, const std::string& why) {
    if (loser && loser->source <= winner.source) contradict(winner.where, loser->where, why);
    loser.reset();
}

void become(Decision& decision, Kind kind, const Path& guest) {
    decision.kind = kind;
    decision.guest = guest;
    if (guest) decision.source = guest->source;
}

void use_default_inmate(Decision& decision, const std::string& where, Source source,
                        const ImageFiles& files) {
    if (!files.exists(default_inmate)) {
        throw Error(Code::not_found,
                    text(where, ": asks for an inmate, but none is named, and ", default_inmate,
                         " is not in the image: no such file or directory"),
                    "name one with the annotation org.runphi.inmate");
    }
    become(decision, Kind::inmate, Wish<std::string>{default_inmate, source, where});
}

// org.runphi.guest is there.
void decide_by_kind(Decision& decision, const Wishes& wishes, const ImageFiles& files) {
    const Wish<Kind>& kind = *wishes.kind;
    Path inmate = wishes.inmate;
    Path kernel = wishes.kernel;
    switch (kind.value) {
        case Kind::linux:
            drop(inmate, kind, "this guest runs the node's kernel");
            drop(kernel, kind, "this guest runs the node's kernel");
            drop(decision.initrd, kind, "this guest runs from the container's root file system");
            become(decision, Kind::linux, std::nullopt);
            break;
        case Kind::kernel:
            if (kernel) drop(inmate, kind, "the guest boots one kernel");
            if (!kernel && !inmate) {
                throw Error(Code::invalid, kind.where + ": asks for a kernel, but none is named",
                            "name one with the annotation org.runphi.kernel");
            }
            become(decision, Kind::kernel, kernel ? kernel : inmate);
            break;
        case Kind::inmate:
            if (inmate) drop(kernel, kind, "the guest is one inmate");
            drop(decision.initrd, kind, "an inmate has no initrd");
            if (inmate || kernel) {
                become(decision, Kind::inmate, inmate ? inmate : kernel);
            } else {
                use_default_inmate(decision, kind.where, kind.source, files);
            }
            break;
    }
    decision.source = kind.source;
}

void decide_by_files(Decision& decision, const Wishes& wishes) {
    const auto& inmate = wishes.inmate;
    const auto& kernel = wishes.kernel;
    if (inmate && kernel) {
        contradict(inmate->where, kernel->where, "a guest is an inmate or a kernel");
    }
    const bool is_linux = wishes.linux && wishes.linux->value;
    const bool is_not_linux = wishes.linux && !wishes.linux->value;
    if (inmate) {
        become(decision, is_linux ? Kind::kernel : Kind::inmate, inmate);
    } else if (kernel) {
        become(decision, is_not_linux ? Kind::inmate : Kind::kernel, kernel);
    }
    if (decision.kind == Kind::inmate && decision.initrd) {
        contradict(decision.guest->where, decision.initrd->where, "an inmate has no initrd");
    }
}

void decide_by_default(Decision& decision, const Wishes& wishes, const ImageFiles& files) {
    if (decision.initrd) {
        decision.kind = Kind::kernel;
        decision.source = decision.initrd->source;
        return;
    }
    if (wishes.linux && !wishes.linux->value) {
        use_default_inmate(decision, wishes.linux->where, wishes.linux->source, files);
        return;
    }
    if (!wishes.linux && wishes.from_image_file && files.exists(default_inmate)) {
        use_default_inmate(decision, "image file", Source::image_file, files);
        return;
    }
    if (decision.disk && !wishes.linux) {
        decision.kind = Kind::kernel;
        decision.source = decision.disk->source;
        decision.from_disk = true;
        return;
    }
    if (wishes.linux) decision.source = wishes.linux->source;
}

}  // namespace

Decision decide(const Wishes& wishes, const ImageFiles& files) {
    Decision decision;
    decision.initrd = wishes.initrd;
    decision.dtb = wishes.dtb;
    decision.disk = wishes.disk;
    if (wishes.kind) {
        decide_by_kind(decision, wishes, files);
    } else if (wishes.inmate || wishes.kernel) {
        decide_by_files(decision, wishes);
    } else {
        decide_by_default(decision, wishes, files);
    }
    return decision;
}

}  // namespace phi::boot

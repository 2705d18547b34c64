// SPDX-License-Identifier: Apache-2.0
#include "core/command/prepare.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/boot/bind_way.hpp"
#include "core/boot/initramfs.hpp"
#include "core/fs/file.hpp"
#include "core/fs/trust.hpp"
#include "core/monitor/namespaces.hpp"
#include "core/monitor/shares.hpp"
#include "core/plan/options.hpp"
#include "core/plan/plan.hpp"
#include "plugin-api/include/runphi/abi.h"

namespace phi::command {

namespace {

std::string absolute(const std::string& path, int opened) {
    char resolved[PATH_MAX];
    const std::string link = "/proc/self/fd/" + std::to_string(opened);
    const ssize_t length = ::readlink(link.c_str(), resolved, sizeof resolved);
    if (length <= 0) throw os_error("resolve " + path);
    return {resolved, static_cast<std::size_t>(length)};
}

// What a partition could only pretend to honour.
void check_honourable(const oci::Spec& spec) {
    if (!spec.process) throw Error(Code::invalid, "process property must not be empty");
    monitor::check_namespaces(spec);
    if (!spec.hooks.start_container.empty()) {
        throw Error(Code::unsupported,
                    "hooks.startContainer: a partition cannot run hooks inside the guest",
                    "use createRuntime, createContainer or poststart");
    }
}

// The container's root file system, for the node's kernel.
boot::Initramfs pack(const Bundle& bundle, const std::string& arch, const Settings& settings,
                     const backend::Backend& backend, const board::Request& request) {
    if (!backend.can(RUNPHI_CAP_LINUX)) {
        throw Error(Code::unsupported, "backend " + backend.id() + " cannot boot a Linux guest",
                    "give the image an inmate, or configure another backend");
    }
    // The guest unpacks the archive into memory while the archive is still there: what is larger
    // than half of its memory can never come up.
    const std::uint64_t limit = request.memory / 2;
    boot::InitramfsOptions options{settings.guest_dir, arch, bundle.dir};
    options.limit = limit;
    options.can_share = backend.can(RUNPHI_CAP_SHARE);
    options.no_share = text("backend ", backend.id(), " shares no files with a guest (",
                            backend.probe().reason, ")");
    return boot::pack_initramfs(bundle.rootfs, bundle.spec, options);
}

boot::Image initrd_of(UniqueFd archive) {
    boot::Image initrd{"initrd", "", std::move(archive), 0};
    initrd.length = static_cast<std::uint64_t>(::lseek(initrd.fd.get(), 0, SEEK_END));
    return initrd;
}

// What is known before there is a backend.
struct Outline {
    Bundle bundle;
    boot::Choice choice;
};

Outline outline(const Settings& settings, const std::string& bundle_path) {
    Bundle bundle = open_bundle(bundle_path);
    check_honourable(bundle.spec);
    boot::Choice choice = boot::choose(bundle.spec, bundle.rootfs, settings);
    return {std::move(bundle), std::move(choice)};
}

Wanted complete(Outline of, const Settings& settings, backend::Backend& backend,
                const board::Board& board) {
    backend.set_rootfs(&of.bundle.rootfs);
    const auto network =
        plan::network_mode(of.bundle.spec, of.choice, backend.can(RUNPHI_CAP_NETWORK));
    board::Request request = plan::make_request(of.bundle.spec, of.choice, settings, board);
    boot::Initramfs packed;
    if (of.choice.kind == boot::Kind::linux) {
        of.bundle.spec.hostname = monitor::host_name(of.bundle.spec);
        packed = pack(of.bundle, of.choice.arch, settings, backend, request);
        of.choice.images.push_back(initrd_of(std::move(packed.archive)));
    } else {
        boot::refuse_unusable_binds(of.bundle.spec);
    }
    backend.set_rootfs(nullptr);
    return {std::move(of.bundle),     std::move(of.choice),          std::move(request), network,
            std::move(packed.shared), std::move(packed.engine_files)};
}

}  // namespace

Bundle open_bundle(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) throw os_error("chdir " + path);
    std::string dir = absolute(path, fd.get());
    oci::Spec spec = oci::load_spec(fd.get());
    const std::string root =
        spec.root_path.starts_with('/') ? spec.root_path : dir + "/" + spec.root_path;
    Rootfs rootfs = Rootfs::open(root);
    return {std::move(dir), std::move(fd), std::move(spec), std::move(rootfs)};
}

std::optional<board::Board> read_board_file(const Settings& settings) {
    if (::access(settings.board.c_str(), F_OK) != 0) return std::nullopt;
    const UniqueFd file = open_trusted(settings.board);
    return board::parse_board(read_fd(file.get(), settings.board), settings.board);
}

board::Board discover_board(const backend::Backend& backend) {
    return board::parse_board(backend.inventory(),
                              "the board that backend " + backend.id() + " found");
}

Prepared prepare(const Settings& settings, const std::string& bundle_path) {
    Outline of = outline(settings, bundle_path);
    auto backend = backend::Backend::select(settings);
    backend->set_rootfs(&of.bundle.rootfs);
    auto in_file = read_board_file(settings);
    board::Board board = in_file ? std::move(*in_file) : discover_board(*backend);
    Wanted wanted = complete(std::move(of), settings, *backend, board);
    return {std::move(wanted), settings, std::move(backend), std::move(board)};
}

Wanted prepare_for(const Settings& settings, const std::string& bundle_path,
                   backend::Backend& backend, const board::Board& board) {
    return complete(outline(settings, bundle_path), settings, backend, board);
}

std::string plan_of(const Wanted& wanted, const Placed& placed, const Settings& settings,
                    const board::Board& board, const backend::Backend& backend) {
    return plan::make_plan(
        {placed.id, placed.partition, wanted.bundle.spec, wanted.choice, board, wanted.request,
         placed.grant, wanted.network, wanted.shared, monitor::shares_dir(placed.dir),
         plan::backend_options(wanted.bundle.spec, settings, backend.id())},
        backend);
}

}  // namespace phi::command

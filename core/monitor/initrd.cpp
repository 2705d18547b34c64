// SPDX-License-Identifier: Apache-2.0
#include "core/monitor/initrd.hpp"

#include <unistd.h>

#include "core/boot/initramfs.hpp"
#include "core/container/teardown.hpp"
#include "core/fs/file.hpp"

namespace phi::monitor {

namespace {

boot::Image* made_initrd(std::vector<boot::Image>& images) {
    for (auto& image : images) {
        if (image.role == "initrd" && image.path.empty()) return &image;
    }
    return nullptr;
}

}  // namespace

void renew_engine_files(Launch& launch) {
    const oci::Hooks& hooks = launch.spec.hooks;
    if (hooks.prestart.empty() && hooks.create_runtime.empty() && hooks.create_container.empty())
        return;
    const boot::Image* initrd = made_initrd(launch.images);
    for (const auto& file : launch.engine_files) {
        if (initrd != nullptr) boot::append_engine_file(initrd->fd.get(), file);
    }
}

void add_to_initrd(Launch& launch, const std::string& name, std::string_view content) {
    const boot::Image* initrd = made_initrd(launch.images);
    if (initrd != nullptr) boot::append_own_file(initrd->fd.get(), name, content);
}

void seal_initrd(Launch& launch) {
    boot::Image* initrd = made_initrd(launch.images);
    if (initrd == nullptr) return;
    boot::seal_initramfs(initrd->fd.get());
    const auto length = static_cast<std::uint64_t>(::lseek(initrd->fd.get(), 0, SEEK_END));
    if (length == initrd->length) return;
    initrd->length = length;
    const std::string file = container::plan_file(launch.container.record);
    write_atomic(launch.container.dir_fd.get(), file,
                 plan::with_initrd_length(launch.container.read(file), length));
}

}  // namespace phi::monitor

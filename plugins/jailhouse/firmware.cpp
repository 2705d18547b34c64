// SPDX-License-Identifier: Apache-2.0
#include "firmware.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cstdio>

namespace runphi::jailhouse {

namespace {

std::string path_of(const Settings& settings, const std::string& partition) {
    return settings.firmware + "/" + firmware_name(partition);
}

void copy(const sdk::Image& image, int to, const std::string& path) {
    off_t from = 0;
    while (static_cast<std::uint64_t>(from) < image.length) {
        const std::size_t left = image.length - static_cast<std::uint64_t>(from);
        const ssize_t put = ::sendfile(to, image.fd, &from, left);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) throw sdk::os_error("write " + path);
        if (put == 0) {
            throw sdk::Error(sdk::Code::io, "the image for a remote processor has become shorter");
        }
    }
}

}  // namespace

// By 64-bit FNV-1a: the names of partitions are ours, and nobody chooses them to be alike.
std::string firmware_name(const std::string& partition) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : partition) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    }
    char text[32];
    std::snprintf(text, sizeof text, "runphi-%016llx.elf", static_cast<unsigned long long>(hash));
    return text;
}

void write_firmware(const Settings& settings, const std::string& partition,
                    const sdk::Image& image) {
    const std::string path = path_of(settings, partition);
    remove_firmware(settings, partition);  // of a create that died half-way
    const sdk::UniqueFd to(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!to) throw sdk::os_error("create " + path);
    copy(image, to.get(), path);
}

void remove_firmware(const Settings& settings, const std::string& partition) {
    const std::string path = path_of(settings, partition);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
        throw sdk::os_error("remove " + path);
    }
}

}  // namespace runphi::jailhouse

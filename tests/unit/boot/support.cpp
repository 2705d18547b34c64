// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

#include <elf.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "core/boot/arch.hpp"

namespace phi::boot::test {

namespace {

void require(bool ok, const std::string& what) {
    if (!ok) throw std::runtime_error(what + ": " + std::strerror(errno));
}

template <typename Header, typename Segment>
std::string make_elf(unsigned char bits, unsigned machine, std::uint64_t entry) {
    Header header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = bits;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    header.e_type = ET_EXEC;
    header.e_machine = static_cast<Elf64_Half>(machine);
    header.e_entry = static_cast<decltype(header.e_entry)>(entry);
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Segment);
    header.e_phnum = 1;
    Segment segment{};
    segment.p_type = PT_LOAD;
    segment.p_offset = sizeof header + sizeof segment;
    segment.p_filesz = 4;
    segment.p_memsz = 8;
    std::string out(sizeof header + sizeof segment, '\0');
    std::memcpy(out.data(), &header, sizeof header);
    std::memcpy(out.data() + sizeof header, &segment, sizeof segment);
    return out + "code";
}

std::uint32_t field(const std::string& archive, std::size_t at, unsigned index) {
    return static_cast<std::uint32_t>(
        std::stoul(archive.substr(at + 6 + 8 * std::size_t{index}, 8), nullptr, 16));
}

}  // namespace

TempDir::TempDir() {
    std::string name = "/tmp/runphi-boot-XXXXXX";
    require(::mkdtemp(name.data()) != nullptr, "mkdtemp");
    path_ = name;
    require(::chmod(path_.c_str(), 0755) == 0, "chmod");
}

TempDir::~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void TempDir::parents_of(const std::string& name) const {
    std::filesystem::create_directories(std::filesystem::path(path_ + "/" + name).parent_path());
}

void TempDir::file(const std::string& name, const std::string& content, unsigned mode) const {
    parents_of(name);
    std::ofstream out(path_ + "/" + name, std::ios::binary | std::ios::trunc);
    out << content;
    out.close();
    require(out.good(), "write " + name);
    require(::chmod((path_ + "/" + name).c_str(), mode) == 0, "chmod " + name);
}

void TempDir::directory(const std::string& name, unsigned mode) const {
    std::filesystem::create_directories(path_ + "/" + name);
    require(::chmod((path_ + "/" + name).c_str(), mode) == 0, "chmod " + name);
}

void TempDir::symlink(const std::string& name, const std::string& target) const {
    parents_of(name);
    require(::symlink(target.c_str(), (path_ + "/" + name).c_str()) == 0, "symlink " + name);
}

void TempDir::hard_link(const std::string& name, const std::string& old) const {
    parents_of(name);
    require(::link((path_ + "/" + old).c_str(), (path_ + "/" + name).c_str()) == 0, "link " + name);
}

void TempDir::node(const std::string& name, unsigned mode, dev_t device) const {
    parents_of(name);
    require(::mknod((path_ + "/" + name).c_str(), mode, device) == 0, "mknod " + name);
    require(::chmod((path_ + "/" + name).c_str(), mode & 07777) == 0, "chmod " + name);
}

std::string elf(unsigned machine, std::uint64_t entry) {
    return make_elf<Elf64_Ehdr, Elf64_Phdr>(ELFCLASS64, machine, entry);
}

std::string elf32(unsigned machine) {
    return make_elf<Elf32_Ehdr, Elf32_Phdr>(ELFCLASS32, machine, 0x1000);
}

std::string arm64_image() {
    std::string image(4096, '\0');
    image.replace(0, 2, "MZ");
    image.replace(0x38, 4, "ARM\x64");
    return image;
}

std::string bzimage() {
    std::string image(4096, '\0');
    image.replace(0x1fe, 2, "\x55\xaa");
    image.replace(0x202, 4, "HdrS");
    return image;
}

std::string device_tree() {
    std::string tree(64, '\0');
    tree.replace(0, 4, "\xd0\x0d\xfe\xed");
    tree[7] = 64;
    return tree;
}

Machine::Machine() : rootfs_path(dir / "rootfs") {
    dir.file("rootfs/bin/true", "a program", 0755);
    dir.file("guest/x86_64/kernel", elf(EM_X86_64));
    dir.file("guest/aarch64/kernel", arm64_image());
    for (const char* arch : {"x86_64", "aarch64"}) {
        dir.file(std::string("guest/") + arch + "/phi-init", "init of " + std::string(arch), 0755);
    }
    dir.file("guest/x86_64/modules/virtio.ko", "module v");
    dir.file("guest/x86_64/modules/ring.ko", "module r");
    dir.file("guest/x86_64/modules/order", "ring\nvirtio\n");
    settings.guest_dir = dir / "guest";
    spec.process.emplace();
    spec.process->args = {"/bin/true"};
}

void Machine::image_file(const std::string& name, const std::string& content) const {
    dir.file("rootfs/" + name, content);
}

Choice Machine::choose() const {
    return boot::choose(spec, Rootfs::open(rootfs_path), settings);
}

InitramfsOptions Machine::options() const {
    InitramfsOptions options;
    options.guest_dir = settings.guest_dir;
    options.arch = "x86_64";
    options.bundle_dir = dir.path();
    return options;
}

std::string Machine::pack() const {
    return read_all(pack_initramfs(Rootfs::open(rootfs_path), spec, options()).archive.get());
}

std::string read_all(int fd) {
    std::string out;
    std::string chunk(1U << 20, '\0');
    for (;;) {
        const ssize_t n = ::pread(fd, chunk.data(), chunk.size(), static_cast<off_t>(out.size()));
        require(n >= 0, "read");
        if (n == 0) return out;
        out.append(chunk, 0, static_cast<std::size_t>(n));
    }
}

std::vector<Member> read_cpio(const std::string& archive) {
    std::vector<Member> members;
    std::size_t at = 0;
    const auto aligned = [](std::size_t offset) { return (offset + 3) & ~std::size_t{3}; };
    for (;;) {
        if (at + 110 > archive.size()) throw std::runtime_error("archive without a trailer");
        if (archive.compare(at, 6, "070701") != 0) throw std::runtime_error("bad magic");
        Member member{field(archive, at, 0),
                      field(archive, at, 1),
                      field(archive, at, 2),
                      field(archive, at, 3),
                      field(archive, at, 4),
                      field(archive, at, 5),
                      field(archive, at, 9),
                      field(archive, at, 10),
                      "",
                      ""};
        const std::size_t length = field(archive, at, 6);
        const std::size_t name_size = field(archive, at, 11);
        if (at + 110 + name_size > archive.size()) throw std::runtime_error("name cut off");
        member.name = archive.substr(at + 110, name_size - 1);
        if (archive[at + 110 + name_size - 1] != '\0') throw std::runtime_error("name not ended");
        at = aligned(at + 110 + name_size);
        if (at + length > archive.size()) throw std::runtime_error("data cut off");
        member.data = archive.substr(at, length);
        at = aligned(at + length);
        if (member.name == "TRAILER!!!") return members;
        members.push_back(std::move(member));
    }
}

std::map<std::string, Member> by_name(const std::string& archive) {
    std::map<std::string, Member> members;
    for (auto& member : read_cpio(archive)) {
        if (!members.emplace(member.name, member).second) {
            throw std::runtime_error("twice in the archive: " + member.name);
        }
    }
    return members;
}

int run(const std::vector<std::string>& argv, const std::string& in, const std::string& out,
        const std::string& cwd) {
    const pid_t child = ::fork();
    require(child >= 0, "fork");
    if (child == 0) {
        std::vector<char*> words;
        for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        const int from = ::open(in.c_str(), O_RDONLY);
        const int to = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        const int null = ::open("/dev/null", O_WRONLY);
        if (::dup2(from, 0) < 0 || ::dup2(to, 1) < 0 || ::dup2(null, 2) < 0 ||
            ::chdir(cwd.c_str()) != 0) {
            ::_exit(126);
        }
        ::execv(words[0], words.data());
        ::_exit(127);
    }
    int status = 0;
    require(::waitpid(child, &status, 0) == child, "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace phi::boot::test

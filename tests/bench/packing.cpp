// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <filesystem>

#include "core/base/text.hpp"
#include "core/boot/initramfs.hpp"
#include "core/oci/spec.hpp"
#include "machine.hpp"
#include "program.hpp"
#include "scenes.hpp"

namespace phi::bench {

namespace fs = std::filesystem;

namespace {

constexpr unsigned small_files = 6000;
constexpr std::size_t small_mean = 8U << 10;  // 47 MiB together
constexpr unsigned large_files = 5;
constexpr std::size_t large_size = 10'900'000;  // 52 MiB together

// Bytes that look like nothing in particular: xorshift.
std::string noise(std::size_t size, std::uint64_t seed) {
    std::string out(size, '\0');
    std::uint64_t state = seed * 2654435761U + 88172645463325252U;
    for (char& byte : out) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        byte = static_cast<char>(state);
    }
    return out;
}

// A root file system as images have it by number and size of files, and the list of its entries.
std::string generate(const std::string& root) {
    std::string list = ".\n";
    for (unsigned i = 0; i < small_files; ++i) {
        const std::string folder = text("d", i / 60);
        if (i % 60 == 0) {
            fs::create_directories(text(root, "/", folder));
            list += text("./", folder, "\n");
        }
        const std::string file = text(folder, "/file", i);
        test::write_text(text(root, "/", file), noise(small_mean / 2 + i * 37 % small_mean, i));
        list += text("./", file, "\n");
    }
    for (unsigned i = 0; i < large_files; ++i) {
        const std::string file = text("large", i);
        test::write_text(text(root, "/", file), noise(large_size, i), 0755);
        list += text("./", file, "\n");
    }
    return list;
}

struct Job {
    Rootfs rootfs;
    oci::Spec spec;
    boot::InitramfsOptions options;
};

void pack(const void* argument) {
    const Job& job = *static_cast<const Job*>(argument);
    boot::pack_initramfs(job.rootfs, job.spec, job.options);
}

}  // namespace

void measure_packing(const test::Sandbox& node, const Options& options, Table& table) {
    const std::string root = node.dir() + "/packing";
    test::write_text(node.dir() + "/packing.list", generate(root));
    const Job job{Rootfs::open(root),
                  oci::parse_spec(R"({"ociVersion": "1.0.2", "root": {"path": "rootfs"},
                                      "process": {"cwd": "/", "args": ["/large0"]}})"),
                  {options.guest_dir, "x86_64", node.dir()}};
    // A memfd lives on a tmpfs, and so does cpio's output.
    const std::string archive = text("/dev/shm", node.dir().substr(node.dir().rfind('/')), ".cpio");
    Program cpio{{find_program("cpio"), "-o", "-H", "newc", "--quiet"},
                 {},
                 root,
                 node.dir() + "/packing.list",
                 archive};
    Program large_blocks = cpio;
    large_blocks.argv.insert(large_blocks.argv.end(), {"-C", "65536"});
    const std::string absent = cpio.argv[0].empty() ? "not installed" : "";
    std::vector<Contestant> all{
        {"runphi (pack_initramfs)", [&job] { return fork_time(pack, &job); }},
        {"`cpio -o -H newc`", [&cpio] { return run_time(cpio); }, {}, absent},
        {"`cpio -o -H newc -C 65536`",
         [&large_blocks] { return run_time(large_blocks); },
         {},
         absent}};
    interleave("packing", options.rounds(15), all);
    std::error_code ignored;
    fs::remove(archive, ignored);
    fs::remove_all(root, ignored);
    table.add("packing 100 MiB", all);
}

}  // namespace phi::bench

// SPDX-License-Identifier: Apache-2.0
#include "fat_disk.hpp"

#include <cstdint>
#include <stdexcept>

namespace phi::test {

namespace {

constexpr std::size_t sector = 512, sectors = 2048;
// The boot sector and one that is free; the table; the root directory; clusters of a sector each.
constexpr std::size_t table_at = 2, table_sectors = 6;
constexpr std::size_t root_at = table_at + table_sectors, clusters_at = root_at + 1;
constexpr unsigned first_cluster = 2, efi = 2, boot = 3, file = 4, last = 0xfff;
constexpr std::uint8_t fixed_disk = 0xf8, is_directory = 0x10, is_file = 0x20;

std::string little(std::uint64_t value, unsigned bytes) {
    std::string out;
    for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xff);
    return out;
}

std::string boot_sector() {
    std::string out = "\xeb\x3c\x90runphi  ";
    out += little(sector, 2) + little(1, 1) + little(table_at, 2) + little(1, 1) + little(16, 2);
    out += little(sectors, 2) + little(fixed_disk, 1) + little(table_sectors, 2);
    out += little(32, 2) + little(2, 2) + little(0, 8) + little(0x80, 1) + little(0, 1);
    out += little(0x29, 1) + little(1, 4) + "DISK       FAT12   ";
    out.resize(sector - 2, '\0');
    return out + "\x55\xaa";
}

// Twelve bits an entry, two of them in three bytes.
void set_entry(std::string& table, unsigned cluster, unsigned next) {
    const std::size_t at = cluster * 3 / 2;
    const unsigned shift = cluster % 2 * 4;
    unsigned both = static_cast<unsigned char>(table[at]) |
                    static_cast<unsigned>(static_cast<unsigned char>(table[at + 1])) << 8;
    both = (both & ~(0xfffU << shift)) | next << shift;
    table.replace(at, 2, little(both, 2));
}

std::string directory_entry(const std::string& name, std::uint8_t attributes, unsigned cluster,
                            std::size_t size = 0) {
    std::string out = name;
    out.resize(11, ' ');
    return out + little(attributes, 1) + std::string(14, '\0') + little(cluster, 2) +
           little(size, 4);
}

std::string directory(unsigned self, unsigned parent, const std::string& entry) {
    return directory_entry(".", is_directory, self) + directory_entry("..", is_directory, parent) +
           entry;
}

}  // namespace

std::string fat_disk_with(const std::string& application) {
    const std::size_t clusters = (application.size() + sector - 1) / sector;
    if (clusters == 0 || clusters > sectors - clusters_at - file) {
        throw std::invalid_argument("an application that a disk of 1 MiB does not hold");
    }
    std::string table(table_sectors * sector, '\0');
    set_entry(table, 0, 0xf00U | fixed_disk);
    for (const unsigned one : {1U, efi, boot}) set_entry(table, one, last);
    for (unsigned i = 0; i < clusters; ++i) {
        set_entry(table, file + i, i + 1 < clusters ? file + i + 1 : last);
    }
    std::string disk(sectors * sector, '\0');
    const auto put = [&](std::size_t at, const std::string& bytes) {
        disk.replace(at * sector, bytes.size(), bytes);
    };
    const auto put_cluster = [&](unsigned cluster, const std::string& bytes) {
        put(clusters_at + cluster - first_cluster, bytes);
    };
    put(0, boot_sector());
    put(table_at, table);
    put(root_at, directory_entry("EFI", is_directory, efi));
    put_cluster(efi, directory(efi, 0, directory_entry("BOOT", is_directory, boot)));
    put_cluster(boot, directory(boot, efi,
                                directory_entry("BOOTAA64EFI", is_file, file, application.size())));
    put_cluster(file, application);
    return disk;
}

}  // namespace phi::test

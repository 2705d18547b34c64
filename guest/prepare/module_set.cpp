// SPDX-License-Identifier: Apache-2.0
#include "guest/prepare/module_set.hpp"

#include <elf.h>

#include <algorithm>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"
#include "guest/prepare/binary.hpp"
#include "guest/prepare/decompress.hpp"

namespace phi::guest {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t largest_module = std::size_t{64} << 20;

// "kernel/drivers/virtio/virtio-rng.ko.xz" -> "virtio_rng"; empty for what is no module.
std::string module_name(std::string_view path) {
    path.remove_prefix(path.find_last_of('/') + 1);
    const auto end = path.find(".ko");
    if (end == std::string_view::npos || end == 0) return {};
    const auto suffix = path.substr(end);
    if (suffix != ".ko" && suffix != ".ko.gz" && suffix != ".ko.xz" && suffix != ".ko.zst")
        return {};
    std::string name(path.substr(0, end));
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

[[noreturn]] void no_module(const std::string& what) {
    throw Error(Code::invalid, text(what, ": no kernel module, or cut off"));
}

std::string_view section(std::string_view elf, std::string_view name, const std::string& what) {
    const auto header = read_at<Elf64_Ehdr>(elf, 0);
    if (!header ||
        std::string_view(reinterpret_cast<const char*>(header->e_ident), SELFMAG) != ELFMAG ||
        header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_type != ET_REL)
        no_module(what);
    const auto entry = [&](unsigned index) {
        const auto found =
            read_at<Elf64_Shdr>(elf, header->e_shoff + std::uint64_t{index} * sizeof(Elf64_Shdr));
        if (!found) no_module(what);
        return *found;
    };
    const auto content = [&](const Elf64_Shdr& of) {
        const auto bytes = slice(elf, of.sh_offset, of.sh_size);
        if (!bytes) no_module(what);
        return *bytes;
    };
    if (header->e_shstrndx >= header->e_shnum) no_module(what);
    const auto names = content(entry(header->e_shstrndx));
    for (unsigned i = 1; i < header->e_shnum; ++i) {
        const auto candidate = entry(i);
        if (candidate.sh_type != SHT_PROGBITS || candidate.sh_name >= names.size()) continue;
        const auto rest = names.substr(candidate.sh_name);
        if (rest.substr(0, rest.find('\0')) == name) return content(candidate);
    }
    return {};
}

}  // namespace

std::vector<std::string> module_dependencies(std::string_view image, const std::string& what) {
    std::vector<std::string> names;
    for (const auto record : split(section(image, ".modinfo", what), '\0')) {
        constexpr auto key = "depends="sv;
        if (record.substr(0, key.size()) != key) continue;
        for (const auto name : split(record.substr(key.size()), ',')) {
            if (name.empty()) continue;
            names.emplace_back(name);
            std::replace(names.back().begin(), names.back().end(), '-', '_');
        }
    }
    return names;
}

std::string without_signature(std::string image) {
    constexpr auto marker = "~Module signature appended~\n"sv;
    constexpr std::size_t trailer = 12;  // struct module_signature; its last field is the length
    if (!image.ends_with(marker) || image.size() < marker.size() + trailer) return image;
    const std::size_t end = image.size() - marker.size();
    std::size_t length = 0;  // big endian
    for (std::size_t at = end - 4; at < end; ++at) {
        length = length << 8 | static_cast<unsigned char>(image[at]);
    }
    if (length <= end - trailer) image.resize(end - trailer - length);
    return image;
}

ModuleTree::ModuleTree(const std::string& directory) {
    namespace fs = std::filesystem;
    std::error_code error;
    // Links are not followed: "build" and "source" lead out of the tree.
    for (auto entry = fs::recursive_directory_iterator(directory, error);
         !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        if (!entry->is_regular_file() || entry->is_symlink()) continue;
        const auto name = module_name(entry->path().string());
        if (!name.empty()) files_.emplace(name, entry->path().string());
    }
    if (error) throw os_error(text("read ", directory), error.value());
    const auto list = directory + "/modules.builtin";
    if (!fs::exists(list, error)) return;
    const std::string builtin = read_file(list);
    for (const auto line : split(builtin, '\n')) builtin_.insert(module_name(line));
}

struct ModuleTree::Walk {
    std::vector<Module> ordered;
    std::set<std::string> seen;  // a circle ends here; the kernel's build allows none
    std::vector<std::string>& missing;
};

void ModuleTree::visit(const std::string& name, Walk& walk) const {
    if (!walk.seen.insert(name).second || builtin_.count(name) != 0) return;
    const auto file = files_.find(name);
    if (file == files_.end()) {
        walk.missing.push_back(name);
        return;
    }
    std::string image =
        decompress(read_file(file->second, largest_module), file->second, largest_module);
    for (const auto& needed : module_dependencies(image, file->second)) visit(needed, walk);
    walk.ordered.push_back({name, without_signature(std::move(image))});
}

std::vector<Module> ModuleTree::closure(const std::vector<std::string>& names,
                                        std::vector<std::string>& missing) const {
    Walk walk{{}, {}, missing};
    for (const auto& name : names) visit(name, walk);
    return std::move(walk.ordered);
}

}  // namespace phi::guest

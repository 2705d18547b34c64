// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace phi::guest {

struct Module {
    std::string name;   // with underscores, as the kernel writes it
    std::string image;  // the .ko file, uncompressed
};

// Names of other modules in the .modinfo section of a module: its "depends=". Throws Error(invalid)
// if it is no relocatable ELF file.
std::vector<std::string> module_dependencies(std::string_view image, const std::string& what);

// The image without the signature that the distribution put behind it (scripts/sign-file.c of the
// kernel), as it is if it has none. A guest's kernel takes unsigned modules from its own initramfs,
// and to check one takes as long as to load three.
std::string without_signature(std::string image);

// A folder lib/modules/RELEASE, as a package brings it: depmod need not have run.
class ModuleTree {
  public:
    explicit ModuleTree(const std::string& directory);

    // The modules and all that they need, each after those that it needs. A name that the tree does
    // not have, and that is not built into its kernel, is added to `missing`.
    std::vector<Module> closure(const std::vector<std::string>& names,
                                std::vector<std::string>& missing) const;

  private:
    struct Walk;
    void visit(const std::string& name, Walk& walk) const;

    std::map<std::string, std::string> files_;  // name -> path
    std::set<std::string> builtin_;
};

}  // namespace phi::guest

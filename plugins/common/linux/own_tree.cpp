// SPDX-License-Identifier: Apache-2.0
#include "own_tree.hpp"

#include <libfdt.h>

#include <runphi/sdk.hpp>

#include "../fdt_writer.hpp"

namespace runphi::common {

using sdk::Code;
using sdk::Error;

namespace {

Error bad_tree(const std::string& why) {
    return Error(Code::invalid, "the image's device tree: " + why);
}

int checked(int result) {
    if (result < 0) throw bad_tree(fdt_strerror(result));
    return result;
}

class OwnTree {
  public:
    explicit OwnTree(std::string_view image) : tree_(image.size() + own_tree_growth, '\0') {
        if (fdt_check_full(image.data(), image.size()) != 0) throw bad_tree("it is damaged");
        checked(fdt_open_into(image.data(), tree_.data(), static_cast<int>(tree_.size())));
        address_cells_ = fdt_address_cells(tree_.data(), 0);
        size_cells_ = fdt_size_cells(tree_.data(), 0);
        const bool known =
            address_cells_ >= 1 && address_cells_ <= 2 && size_cells_ >= 1 && size_cells_ <= 2;
        if (!known)
            throw bad_tree("addresses and sizes below its root must have 1 or 2 cells each");
    }

    void set_memory(const std::vector<Extent>& memory) {
        if (memory.empty()) return;
        for (int node = next_memory(); node >= 0; node = next_memory()) {
            checked(fdt_del_node(tree_.data(), node));
        }
        for (const Extent& one : memory) {
            const int node =
                checked(fdt_add_subnode(tree_.data(), 0, at_address("memory", one.first).c_str()));
            set_text(node, "device_type", "memory");
            checked(fdt_setprop_empty(tree_.data(), node, "reg"));
            append(node, one.first, address_cells_);
            append(node, one.end - one.first, size_cells_);
        }
    }

    void set_chosen(const std::string& bootargs, const Extent& initrd, const std::string& seed) {
        int node = fdt_path_offset(tree_.data(), "/chosen");
        if (node == -FDT_ERR_NOTFOUND) node = fdt_add_subnode(tree_.data(), 0, "chosen");
        checked(node);
        set_text(node, "bootargs", bootargs);
        if (!seed.empty()) {
            checked(fdt_setprop(tree_.data(), node, "rng-seed", seed.data(),
                                static_cast<int>(seed.size())));
        }
        fdt_delprop(tree_.data(), node, "linux,initrd-start");
        fdt_delprop(tree_.data(), node, "linux,initrd-end");
        if (initrd.first >= initrd.end) return;
        checked(fdt_setprop_u64(tree_.data(), node, "linux,initrd-start", initrd.first));
        checked(fdt_setprop_u64(tree_.data(), node, "linux,initrd-end", initrd.end));
    }

    std::string finish() {
        checked(fdt_pack(tree_.data()));
        tree_.resize(fdt_totalsize(tree_.data()));
        return std::move(tree_);
    }

  private:
    int next_memory() const {
        return fdt_node_offset_by_prop_value(tree_.data(), -1, "device_type", "memory",
                                             static_cast<int>(sizeof "memory"));
    }
    void set_text(int node, const char* name, const std::string& value) {
        checked(fdt_setprop(tree_.data(), node, name, value.c_str(),
                            static_cast<int>(value.size() + 1)));
    }
    void append(int node, std::uint64_t value, int cells) {
        if (cells == 2) {
            checked(fdt_appendprop_u64(tree_.data(), node, "reg", value));
        } else if (value <= UINT32_MAX) {
            checked(
                fdt_appendprop_u32(tree_.data(), node, "reg", static_cast<std::uint32_t>(value)));
        } else {
            throw bad_tree(
                "its root has one cell for addresses or sizes, and the guest's memory "
                "needs two");
        }
    }

    std::string tree_;
    int address_cells_ = 2, size_cells_ = 2;
};

}  // namespace

std::string adapt_own_tree(std::string_view image, const std::vector<Extent>& memory,
                           const std::string& bootargs, const Extent& initrd,
                           const std::string& seed) {
    OwnTree tree(image);
    tree.set_memory(memory);
    tree.set_chosen(bootargs, initrd, seed);
    return tree.finish();
}

}  // namespace runphi::common

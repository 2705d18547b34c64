// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "layout.hpp"

// The parts of check(), a file each.
namespace runphi::bao {

class Problems {
  public:
    void add(std::string what, std::string todo) {
        list_.push_back({std::move(what), std::move(todo)});
    }
    std::vector<Problem> take() { return std::move(list_); }

  private:
    std::vector<Problem> list_;
};

// A piece of something, and what messages call it.
struct Named {
    Extent where;
    std::string name;
};
// Each pair that overlaps, once.
void require_disjoint(const std::vector<Named>& pieces, const std::string& todo, Problems& out);

void check_cpus(const Layout& layout, Problems& out);
void check_memory(const Layout& layout, Problems& out);     // of the machine
void check_addresses(const Layout& layout, Problems& out);  // within each VM
void check_images(const Layout& layout, Problems& out);
void check_devices(const Layout& layout, Problems& out);
void check_interrupts(const Layout& layout, Problems& out);
void check_shared(const Layout& layout, Problems& out);
void check_remote_io(const Layout& layout, Problems& out);

}  // namespace runphi::bao

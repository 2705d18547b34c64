// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "products.hpp"

namespace runphi::bao {

// Makes a folder with these files: all of it, or nothing. Throws Error(exists) if there is one that
// is not empty.
void write_folder(const std::string& path, const std::vector<Product>& products);

}  // namespace runphi::bao

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <runphi/sdk/values.hpp>
#include <string>
#include <vector>

#include "board.hpp"
#include "options.hpp"

namespace check {

// A file to boot, opened.
struct BootImage {
    std::string role;
    std::string path;
    runphi::sdk::UniqueFd fd;
    std::uint64_t length = 0;
};

// Empty if the options name none.
std::vector<BootImage> open_images(const Options& options);

// A plan as the core writes it (schema/plan.json), for one CPU and --memory of the board.
std::string write_plan(const Options& options, const Board& board, const std::string& backend,
                       const std::string& partition, const std::vector<BootImage>& images,
                       const std::map<std::string, std::string>& parts);

}  // namespace check

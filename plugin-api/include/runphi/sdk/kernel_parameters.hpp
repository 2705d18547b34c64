// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/linkage.hpp>

#include <cstddef>
#include <string>
#include <vector>

// The command line of a guest's Linux kernel, which a container may add to.
namespace runphi::sdk {

inline constexpr std::size_t kernel_parameters_max = 2047;  // COMMAND_LINE_SIZE: x86 and arm64

RUNPHI_SDK_FUNCTION std::vector<std::string> kernel_parameter_words(const std::string& text);

// Throws Error(invalid) for what a container asks for that would hide the parameters behind it: the
// kernel ends its own ones at "--", and a quotation mark takes in all up to the next.
RUNPHI_SDK_FUNCTION void refuse_hiding_kernel_parameters(const std::string& asked);

// Throws Error(invalid) if the text is too long for the kernel, or is no text.
RUNPHI_SDK_FUNCTION void check_kernel_parameters(const std::string& text);

// What an image's own kernel is given: as the image wants it, with a console if it names none.
// `console`: "ttyS0"; empty: there is none to name.
RUNPHI_SDK_FUNCTION std::string own_kernel_parameters(const std::string& asked,
                                                      const std::string& console);

}  // namespace runphi::sdk

#ifndef RUNPHI_SDK_COMPILED
#include <runphi/sdk/bodies/kernel_parameters.hpp>
#endif

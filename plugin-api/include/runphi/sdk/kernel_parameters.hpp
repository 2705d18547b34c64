// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/error.hpp>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

// The command line of a guest's Linux kernel, which a container may add to.
namespace runphi::sdk {

inline constexpr std::size_t kernel_parameters_max = 2047;  // COMMAND_LINE_SIZE: x86 and arm64

inline std::vector<std::string> kernel_parameter_words(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

// Throws Error(invalid) for what a container asks for that would hide the parameters behind it: the
// kernel ends its own ones at "--", and a quotation mark takes in all up to the next.
inline void refuse_hiding_kernel_parameters(const std::string& asked) {
    if (std::count(asked.begin(), asked.end(), '"') % 2 != 0) {
        throw Error(Code::invalid, "kernel parameters: a quotation mark has no partner: " + asked);
    }
    for (const std::string& word : kernel_parameter_words(asked)) {
        if (word == "--") {
            throw Error(Code::invalid,
                        "kernel parameters: \"--\" is not possible for a container: " + asked,
                        "the container's process has its own arguments");
        }
    }
}

// Throws Error(invalid) if the text is too long for the kernel, or is no text.
inline void check_kernel_parameters(const std::string& text) {
    if (text.size() > kernel_parameters_max) {
        throw Error(Code::invalid, "kernel parameters: " + std::to_string(text.size()) +
                                       " bytes; a kernel reads at most " +
                                       std::to_string(kernel_parameters_max));
    }
    for (const char c : text) {
        if (c == '\0' || c == '\n' || c == '\r') {
            throw Error(Code::invalid, "kernel parameters: a line's end or a NUL in them");
        }
    }
}

// What an image's own kernel is given: as the image wants it, with a console if it names none.
// `console`: "ttyS0"; empty: there is none to name.
inline std::string own_kernel_parameters(const std::string& asked, const std::string& console) {
    if (console.empty()) return asked;
    for (const std::string& word : kernel_parameter_words(asked)) {
        if (word.rfind("console=", 0) == 0) return asked;
    }
    return asked + (asked.empty() ? "" : " ") + "console=" + console;
}

}  // namespace runphi::sdk

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/error.hpp>
#include <runphi/sdk/kernel_parameters.hpp>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace runphi::sdk {

RUNPHI_SDK_FUNCTION std::vector<std::string> kernel_parameter_words(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

RUNPHI_SDK_FUNCTION void refuse_hiding_kernel_parameters(const std::string& asked) {
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

RUNPHI_SDK_FUNCTION void check_kernel_parameters(const std::string& text) {
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

RUNPHI_SDK_FUNCTION std::string own_kernel_parameters(const std::string& asked,
                                                      const std::string& console) {
    if (console.empty()) return asked;
    for (const std::string& word : kernel_parameter_words(asked)) {
        if (word.rfind("console=", 0) == 0) return asked;
    }
    return asked + (asked.empty() ? "" : " ") + "console=" + console;
}

}  // namespace runphi::sdk

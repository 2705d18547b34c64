// SPDX-License-Identifier: Apache-2.0
#include "unit/jailhouse/hex_text.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace jailhouse_test {

namespace {

void set_bytes(std::string& bytes, std::istringstream& words, std::size_t at) {
    std::string digits;
    while (words >> digits && digits != "#") {
        if (at >= bytes.size()) bytes.resize(at + 1);
        bytes[at++] = static_cast<char>(std::stoul(digits, nullptr, 16));
    }
}

std::string byte_text(const std::string& bytes, std::size_t at) {
    if (at >= bytes.size()) return "the end";
    char text[8];
    std::snprintf(text, sizeof text, "%02x", static_cast<unsigned char>(bytes[at]));
    return text;
}

}  // namespace

std::string golden(const std::string& name) {
    const std::string path = std::string(RUNPHI_GOLDEN_CELLS) + "/" + name + ".hex";
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path);
    std::string bytes;
    std::string line;
    bool complete = false;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string first;
        if (!(words >> first) || first[0] == '#') continue;
        if (first == "size") {
            std::size_t size = 0;
            words >> size;
            if (bytes.size() > size) throw std::runtime_error(path + ": a line is behind the end");
            bytes.resize(size);
            complete = true;
        } else {
            set_bytes(bytes, words, std::stoul(first, nullptr, 16));
        }
    }
    if (!complete) throw std::runtime_error(path + ": there is no size");
    return bytes;
}

std::string where_different(const std::string& found, const std::string& expected) {
    for (std::size_t at = 0; at < std::max(found.size(), expected.size()); ++at) {
        if (at < found.size() && at < expected.size() && found[at] == expected[at]) continue;
        std::ostringstream out;
        out << "offset 0x" << std::hex << at << ": " << byte_text(found, at) << ", expected "
            << byte_text(expected, at);
        return out.str();
    }
    return "no difference";
}

}  // namespace jailhouse_test

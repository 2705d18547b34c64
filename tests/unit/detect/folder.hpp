// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace test {

// A backends folder below /tmp.
class Folder {
  public:
    Folder() {
        char pattern[] = "/tmp/runphi-detect-XXXXXX";
        if (::mkdtemp(pattern) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }

    std::string write(const std::string& name, const std::string& content) const {
        const std::string file = path_ + "/" + name;
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        std::ofstream(file) << content;
        return file;
    }

  private:
    std::string path_;
};

// A manifest with one part replaced by another.
inline std::string manifest(const std::string& from = "", const std::string& to = "") {
    std::string text = R"({"format": "runphi.plugin/1", "id": "fake", "name": "Fake",
 "library": "runphi-backend-fake.so", "abi": {"major": 1, "minor": 0},
 "arches": ["x86_64", "aarch64"], "priority": 5, "hints": []})";
    if (from.empty()) return text;
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::logic_error("no " + from);
    return text.replace(at, from.size(), to);
}

}  // namespace test

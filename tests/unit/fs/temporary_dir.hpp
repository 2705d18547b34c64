// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "core/base/error.hpp"
#include "core/fs/file.hpp"

namespace phi {

// A directory below /tmp that each test has for itself.
class TemporaryDir : public testing::Test {
  protected:
    void SetUp() override {
        char name[] = "/tmp/runphi-fs-XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        dir_ = name;
        fd_ = open_directory(dir_);
    }
    void TearDown() override {
        std::error_code ignored;
        std::filesystem::remove_all(dir_, ignored);
    }

    std::string path(const std::string& name) const { return dir_ + "/" + name; }

    void put(const std::string& name, const std::string& bytes = "content") const {
        std::ofstream(path(name), std::ios::binary) << bytes;
    }
    std::string get(const std::string& name) const {
        std::ostringstream out;
        out << std::ifstream(path(name), std::ios::binary).rdbuf();
        return out.str();
    }
    void folder(const std::string& name) const { std::filesystem::create_directories(path(name)); }
    void link(const std::string& target, const std::string& name) const {
        std::filesystem::create_symlink(target, path(name));
    }
    bool exists(const std::string& name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(path(name)));
    }

    std::string dir_;
    UniqueFd fd_;
};

// The message of the error that it throws; "accepted" if it throws none.
template <typename F>
std::string refusal(F&& f) {
    try {
        f();
    } catch (const Error& error) {
        return error.message();
    }
    return "accepted";
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace phi

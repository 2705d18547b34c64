// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "core/backend/backend.hpp"
#include "core/settings/settings.hpp"
#include "support/errors.hpp"

namespace test {

// A node below /tmp: its own backends folder and state folder.
class Node {
  public:
    Node() {
        char pattern[] = "/tmp/runphi-backend-XXXXXX";
        if (::mkdtemp(pattern) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = pattern;
        settings.backends_dir = path_ + "/backends";
        settings.state_dir = path_ + "/state";
        settings.guest_dir = path_ + "/guest";
    }
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }

    // Installs a build of plugins/odd.c as backend ID; returns the library's path.
    std::string install(const std::string& build, const std::string& id = "odd",
                        const std::string& manifest_minor = "0") const {
        const std::string dir = settings.backends_dir + "/" + id;
        std::filesystem::create_directories(dir);
        std::ofstream(dir + "/plugin.json")
            << R"({"format": "runphi.plugin/1", "id": ")" << id << R"(", "name": "Odd",)"
            << R"("library": "odd.so", "abi": {"major": 1, "minor": )" << manifest_minor
            << R"(}, "arches": ["x86_64", "aarch64"], "priority": )" << priority++
            << R"(, "hints": []})";
        const std::string library = dir + "/odd.so";
        if (!build.empty()) {
            std::filesystem::copy_file(std::string(ODD_PLUGINS) + "/" + build + ".so", library,
                                       std::filesystem::copy_options::overwrite_existing);
        }
        return library;
    }
    std::unique_ptr<phi::backend::Backend> load(const std::string& id = "odd") const {
        return phi::backend::Backend::load(id, settings);
    }

    phi::Settings settings;
    mutable int priority = 0;

  private:
    std::string path_;
};

using phi::test::error_of;

}  // namespace test

// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>

#include "core/base/text.hpp"

namespace phi::test {

namespace fs = std::filesystem;

Node::Node(const std::string& runc, const std::string& settings) {
    char name[] = "/tmp/phi-cli-XXXXXX";
    if (::mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp");
    dir_ = name;
    fs::create_directories(state_dir());
    fs::create_directories(dir_ + "/backends");
    write_text(dir_ + "/settings.json",
               text("{\"runc\": \"", runc, "\", \"state_dir\": \"", state_dir(),
                    "\", \"backends_dir\": \"", dir_, "/backends\", \"log_file\": \"", dir_,
                    "/own.log\"", settings, "}"),
               0600);
}

Node::~Node() {
    std::error_code ignored;
    fs::remove_all(dir_, ignored);
}

Result Node::run(const std::vector<std::string>& words, const std::vector<std::string>& env) const {
    std::vector<std::string> argv{runphi_binary()};
    argv.insert(argv.end(), words.begin(), words.end());
    std::vector<std::string> all{"RUNPHI_CONFIG=" + dir_ + "/settings.json"};
    all.insert(all.end(), env.begin(), env.end());
    return run_program(argv, all);
}

std::string Node::bundle(const std::string& name, const std::string& config) const {
    const std::string path = dir_ + "/" + name;
    fs::create_directories(path + "/rootfs");
    write_text(path + "/config.json", config);
    return path;
}

std::string message_of(const std::string& err) {
    std::string line = err;
    while (!line.empty() && line.back() == '\n') line.pop_back();
    line = line.substr(line.rfind('\n') + 1);
    const std::size_t start = line.find(" msg=\"");
    if (start == std::string::npos) return line;
    std::string message;
    for (std::size_t at = start + 6; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] == '\\' && at + 1 < line.size()) {
            ++at;
            message += line[at] == 'n' ? '\n' : line[at];
        } else {
            message += line[at];
        }
    }
    while (!message.empty() && message.back() == '\n') message.pop_back();
    return message;
}

std::string ordinary_config(const std::string& members) {
    return "{\"ociVersion\": \"1.0.2\", \"root\": {\"path\": \"rootfs\"}, \"process\": {\"cwd\": "
           "\"/\", \"args\": [\"sh\"], \"env\": [\"PATH=/bin\"]}" +
           members + "}";
}

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#include "node.hpp"

#include "core/base/text.hpp"

namespace phi::test {

Node::Node(const std::string& runc, const std::string& settings)
    : Sandbox("", text("\"runc\": \"", runc, '"', settings.empty() ? "" : ", ", settings)) {}

Result Node::run(const std::vector<std::string>& words, const std::vector<std::string>& env) const {
    return Sandbox::run(words, "", env);
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <thread>

#include "core/base/unique_fd.hpp"

// A name server of the tests: knows one IPv4 address for every name, over UDP and TCP.
namespace phi::test {

struct NameServerSettings {
    std::string network_namespace;  // path
    std::string address;            // where it listens, IPv4, port 53
    std::string answer;             // IPv4
    // Names that begin with this are asked of the server there, over UDP, from a port of our own.
    std::string forwarded = {};
    std::string forward_to = {};
};

class NameServer {
  public:
    explicit NameServer(const NameServerSettings& settings);
    NameServer(const NameServer&) = delete;
    NameServer& operator=(const NameServer&) = delete;
    ~NameServer();

  private:
    void serve();
    std::string answer_to(const std::string& question) const;
    void serve_connection() const;

    NameServerSettings settings_;
    UniqueFd stop_, datagrams_, connections_, upstream_;
    std::thread thread_;
};

// A question for the IPv4 address of a name, as a message of RFC 1035.
std::string name_question(const std::string& name);

}  // namespace phi::test

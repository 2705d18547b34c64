// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <runphi/sdk.hpp>
#include <string>
#include <thread>

namespace xen_test {

// A xenstored that knows a few nodes and answers at a socket. Whoever watches hears of each write.
class Xenstored {
  public:
    explicit Xenstored(const std::string& path);
    ~Xenstored();
    Xenstored(const Xenstored&) = delete;
    Xenstored& operator=(const Xenstored&) = delete;

    void set(const std::string& node, const std::string& value) { nodes_[node] = value; }
    // Once somebody has read the node, and not before.
    void set_when_read(const std::string& node, const std::string& value) { later_[node] = value; }
    // From now on it takes requests and says nothing.
    void hang() { hangs_ = true; }

  private:
    void serve();
    void serve_one(int socket);
    std::string value_of(unsigned type, const std::string& payload, bool& found);
    void set_later(int socket, const std::string& node);

    runphi::sdk::UniqueFd listener_;
    std::map<std::string, std::string> nodes_, later_;
    bool watched_ = false;  // by the one who is connected
    std::atomic<bool> hangs_ = false, ends_ = false;
    std::thread thread_;
};

}  // namespace xen_test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <runphi/sdk/values.hpp>

#include "fake/jailhouse/machine.hpp"

namespace fake_jailhouse {

struct Call {
    std::string packet;
    pid_t caller = 0;  // the process that has sent it, not the one that has connected
};

// The model behind a socket, which the backend takes for the device, and a folder, which it takes
// for the tree in sysfs. It follows the addresses in an argument into the memory of the process
// that has connected, as the driver does.
class Server {
  public:
    // Makes `folder`/device and `folder`/sysfs.
    Server(Machine machine, std::string folder);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::string device() const { return folder_ + "/device"; }
    std::string sysfs() const { return folder_ + "/sysfs"; }
    // What stands for /dev/mem where host and guests share memory: a file that has all addresses.
    // The images that are loaded are not in it.
    std::string memory() const;
    int memory_fd() const { return memory_.get(); }

    // What happens on the machine between two calls; the tree follows.
    void change(const std::function<void(Machine&)>& how);
    // A look at it.
    Machine look();

    // How long every call takes before it has any effect.
    void set_delay(std::chrono::milliseconds delay) { delay_ = delay; }
    unsigned calls() const { return calls_; }  // that have begun

  private:
    void serve();
    void answer(int client);
    void answer_call(int client, std::uint32_t request, const Call& call);
    void answer_reader(int client);

    std::string folder_;
    Machine machine_;
    std::mutex mutex_;
    std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds(0)};
    std::atomic<unsigned> calls_{0};
    runphi::sdk::UniqueFd listener_, memory_, stop_reader_, stop_writer_;
    std::map<int, std::uint64_t> positions_;  // of readers of the console
    std::thread thread_;
};

}  // namespace fake_jailhouse

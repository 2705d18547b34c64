// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/abi.h>

#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <runphi/sdk/values.hpp>
#include <string>
#include <vector>

#include "host.hpp"
#include "report.hpp"

// How the check calls a plugin: every struct is longer than ABI 1.0 wrote it, as a later host's
// will be, and every answer is looked at for what the contract promises of all answers.
namespace check {

struct Tables {
    const runphi_plugin* entry = nullptr;
    const runphi_detect* detect = nullptr;
    const runphi_resources* resources = nullptr;
    const runphi_lifecycle* lifecycle = nullptr;
    const runphi_channel* channel = nullptr;
    const runphi_update* update = nullptr;
    const runphi_stats* stats = nullptr;
};

struct Outcome {
    runphi_result code = RUNPHI_OK;
    std::string message;
    std::string hint;

    bool ok() const { return code == RUNPHI_OK; }
    // Throws Failure unless the call succeeded.
    void expect_ok(const std::string& what) const {
        require(ok(), what + " failed with code " + std::to_string(code) + ": " + message);
    }
};

// A struct of the ABI with room behind it that a plugin of ABI 1.0 does not know and must not
// touch.
template <typename Struct>
class Longer {
  public:
    Longer() {
        std::memset(later_, 0x5A, sizeof later_);
        abi_.size = sizeof abi_ + sizeof later_;
    }
    Struct* operator->() { return &abi_; }
    Struct* get() { return &abi_; }
    void require_untouched(const char* name) const {
        for (const unsigned char byte : later_) {
            require(byte == 0x5A, std::string("it wrote behind the end of ") + name);
        }
    }

  private:
    Struct abi_{};
    unsigned char later_[64];
};

// Calls f(error) and checks the error: only on failure, of a code of the list, with a terminated
// message.
Outcome call(Host& host, const std::function<runphi_result(runphi_error*)>& f);

// Collects what is written, at most `bound` bytes.
class Sink {
  public:
    explicit Sink(std::size_t bound = 1U << 20) : bound_(bound) {
        abi_->ctx = this;
        abi_->write = &write;
    }
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    const runphi_sink* abi() { return abi_.get(); }
    const std::string& text() const { return text_; }
    void require_bounded(const char* what) const {
        require(!overflowed_,
                std::string(what) + " is larger than " + std::to_string(bound_) + " bytes");
    }

  private:
    static runphi_result write(void* ctx, const void* data, std::uint64_t length);

    Longer<runphi_sink> abi_;
    std::size_t bound_;
    std::string text_;
    bool overflowed_ = false;
};

// A partition as the check tells the plugin of it.
struct Place {
    std::string name;
    std::string dir;
    int dir_fd = -1;
    std::string handle;
    std::string plan;
};

Longer<runphi_partition> packed(const Place& place);

// NUL-terminated UTF-8 within its field.
std::string require_text(const char* field, std::size_t capacity, const char* what);

Outcome act(Host& host, runphi_partition_fn function, const Place& place);
// The state; throws Failure if the call failed or the answer is none.
runphi::sdk::Query query(Host& host, const Tables& tables, const Place& place);
runphi::sdk::Query event(Host& host, const Tables& tables, const Place& place, int fd);
std::vector<runphi::sdk::Listed> list(Host& host, const Tables& tables);
// The state in which the list has the partition; nullopt if it has not.
std::optional<runphi::sdk::State> listed(Host& host, const Tables& tables, const std::string& name);

}  // namespace check

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <runphi/sdk/error.hpp>
#include <runphi/sdk/host.hpp>
#include <runphi/sdk/values.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runphi::sdk {

// One hypervisor. A class derived from this also says who it is:
//     static constexpr std::string_view id = "example", version = "1.0", vendor = "Example Ltd.";
// and has a default constructor. Of the functions that are not pure, override what the hypervisor
// supports: an optional interface (channel, stats, update, snapshot, tool) is offered if, and only
// if, one of its functions is overridden, and so are mount and unmount. Overrides must be public.
//
// Keep nothing in the object between two calls: each command of the runtime is a process of its
// own. Throw Error to fail; any other exception is reported as a fault of the plugin.
class Backend {
  public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default;

    // ---- runphi.detect/1: both only read
    virtual Probe probe(const Host& host) = 0;
    virtual std::string inventory(const Host& host) = 0;  // JSON, schema/board.json

    // ---- runphi.resources/1: pure. Each may return a JSON object, which becomes plan.parts.STAGE,
    // or an empty text.
    virtual std::string begin(const Host&, const Planning&) { return {}; }
    virtual std::string cpu(const Host&, const Planning&) { return {}; }
    virtual std::string mem(const Host&, const Planning&) { return {}; }
    virtual std::string dev(const Host&, const Planning&) { return {}; }
    virtual std::string net(const Host&, const Planning&) { return {}; }
    virtual std::string comm(const Host&, const Planning&) { return {}; }
    virtual std::string boot(const Host&, const Planning&) { return {}; }
    virtual std::string end(const Host&, const Planning&) { return {}; }

    // ---- runphi.lifecycle/1
    // Returns the handle: any bytes, at most RUNPHI_HANDLE_MAX.
    virtual std::string create(const Host& host, const Partition& partition,
                               const std::vector<Image>& images) = 0;
    virtual void start(const Host& host, const Partition& partition) = 0;
    virtual void stop(const Host&, const Partition&) { unsupported("stop"); }
    virtual void pause(const Host&, const Partition&) { unsupported("pause"); }
    virtual void resume(const Host&, const Partition&) { unsupported("resume"); }
    virtual void kill(const Host& host, const Partition& partition) = 0;
    virtual void destroy(const Host& host, const Partition& partition) = 0;
    virtual Query query(const Host& host, const Partition& partition) = 0;
    // Becomes readable, or hangs up, when the state may have changed.
    virtual UniqueFd wait(const Host& host, const Partition& partition) = 0;
    // Consumes what made `fd` ready, without blocking.
    virtual Query event(const Host& host, const Partition& partition, int fd) = 0;
    virtual std::vector<Listed> list(const Host& host) = 0;
    virtual void mount(const Host&, const Partition&) { unsupported("mount"); }
    virtual void unmount(const Host&, const Partition&) { unsupported("unmount"); }

    // ---- runphi.channel/1
    virtual UniqueFd console(const Host&, const Partition&) { unsupported("console"); }
    virtual UniqueFd agent(const Host&, const Partition&) { unsupported("agent"); }
    virtual UniqueFd sessions(const Host&, const Partition&) { unsupported("sessions"); }

    // ---- runphi.stats/1: a JSON object, schema/stats.json
    virtual std::string stats(const Host&, const Partition&) { unsupported("stats"); }

    // ---- runphi.update/1: makes the partition what `plan` says (see abi.h). Returns the new
    // handle, or an empty text for the one that it has.
    virtual std::string update(const Host&, const Partition&, std::string_view /*plan*/) {
        unsupported("update");
    }

    // ---- runphi.snapshot/1
    virtual void save(const Host&, const Partition&, int /*dir_fd*/) { unsupported("save"); }
    // Returns the handle, as create does.
    virtual std::string restore(const Host&, const Partition&, int /*dir_fd*/) {
        unsupported("restore");
    }

    // ---- runphi.tool/1: `runphi ID ARGS...`; returns the exit status
    virtual int tool(const Host&, const std::vector<std::string>& /*args*/) { unsupported("tool"); }

  protected:
    [[noreturn]] static void unsupported(std::string_view what) {
        throw Error(Code::unsupported, "this backend has no " + std::string(what));
    }
};

}  // namespace runphi::sdk

// SPDX-License-Identifier: Apache-2.0
#include "helper_client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <runphi/sdk/socket.hpp>

#include "files.hpp"
#include "request.hpp"

namespace runphi::xen {

using sdk::Code;
using sdk::Error;
using sdk::UniqueFd;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t longest_answer = 1U << 20;

Error silence(int timeout_ms) {
    return {Code::timeout, "libxl has not answered within " + std::to_string(timeout_ms) + " ms",
            "it waits for ever when xenstored or xenconsoled has died"};
}

// Until the end, or a line's end. Throws Error(timeout).
std::string read_answer(int fd, int timeout_ms) {
    const auto until = steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    std::string out;
    while (out.size() < longest_answer) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
        pollfd one{fd, POLLIN, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(std::max<long>(left.count(), 0)));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) throw silence(timeout_ms);
        char part[4096];
        const ssize_t got = ::read(fd, part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        out.append(part, static_cast<std::size_t>(got));
        if (out.back() == '\n') break;
    }
    return out;
}

// The helper's errors are ours.
void check_answer(const std::string& answer) {
    const sdk::JsonDocument document(answer, "the helper's answer");
    const sdk::Json root = document.root();
    if (root.boolean_or("ok", false)) return;
    const auto code = static_cast<Code>(root.at("code").u64(RUNPHI_INVALID, RUNPHI_INTERNAL));
    throw Error(code, root.at("error").string(), root.string_or("hint", {}));
}

sdk::ProcessId process_in(const sdk::Json& json) {
    return {static_cast<int>(json.at("pid").u64(1, INT32_MAX)), json.at("start_time").u64()};
}

bool is_helper_of(const std::vector<std::string>& arguments, const std::string& partition) {
    return arguments.size() == 3 && arguments[0].find("runphi-xen") != std::string::npos &&
           arguments[1] == mode::serve && arguments[2] == partition;
}

}  // namespace

std::string write_handle(const Handle& handle) {
    return sdk::JsonWriter()
        .object()
        .field("domid", handle.domid)
        .field("pid", handle.helper.pid)
        .field("start_time", handle.helper.start_time)
        .end_object()
        .text();
}

Handle read_handle(std::string_view handle) {
    const sdk::JsonDocument document(handle, "handle");
    const sdk::Json root = document.root();
    return {static_cast<std::uint32_t>(root.at("domid").u64(0, UINT32_MAX)), process_in(root)};
}

std::optional<sdk::ProcessId> helper_of(const sdk::Partition& partition) {
    if (!partition.handle.empty()) {
        const sdk::ProcessId helper = read_handle(partition.handle).helper;
        return sdk::process_runs(helper) ? std::optional(helper) : std::nullopt;
    }
    // The socket is made before the helper.
    if (partition.dir_fd >= 0 && ::faccessat(partition.dir_fd, control_socket, F_OK, 0) != 0) {
        return std::nullopt;
    }
    for (const sdk::ProcessId& one : sdk::running_processes()) {
        if (is_helper_of(sdk::process_arguments(one.pid), partition.name)) return one;
    }
    return std::nullopt;
}

int patience_ms(const sdk::Host& host, const Settings& settings) {
    return static_cast<int>(std::min<std::int64_t>(settings.timeout_ms, host.remaining_ms()));
}

std::string request_of(std::string_view op) {
    return sdk::JsonWriter().object().field("op", op).end_object().text();
}

namespace {

UniqueFd connect_to_helper(const sdk::Partition& partition) {
    try {
        return sdk::connect_at(partition.dir_fd, control_socket, "the domain's helper");
    } catch (const Error& error) {
        if (error.code() != Code::not_found) throw;
        throw NoHelper(error.message());
    }
}

}  // namespace

std::string ask_helper(const sdk::Partition& partition, const std::string& request,
                       int timeout_ms) {
    const UniqueFd socket = connect_to_helper(partition);
    const std::string line = request + "\n";
    // Larger ones than a socket's room are not made here.
    if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) !=
        static_cast<ssize_t>(line.size())) {
        throw NoHelper("the domain's helper takes no request");
    }
    std::string answer = read_answer(socket.get(), timeout_ms);
    if (answer.empty()) {
        throw NoHelper("the domain's helper has ended without an answer");
    }
    check_answer(answer);
    return answer;
}

std::string run_helper(const sdk::Host& host, const std::string& program,
                       const std::vector<std::string>& arguments, int timeout_ms) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw sdk::os_error("pipe");
    const UniqueFd reader(ends[0]);
    UniqueFd writer(ends[1]);
    sdk::SpawnRequest request;
    request.argv = {program};
    request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
    request.fds = {{writer.get(), 1}};
    const sdk::Process process = host.spawn(request);
    writer.reset();
    const sdk::ProcessId id{process.pid, process.start_time};
    try {
        std::string answer = read_answer(reader.get(), timeout_ms);
        sdk::end_process(host, id);
        if (answer.empty()) {
            throw Error(
                Code::hypervisor, program + " has ended without an answer",
                "libxl ends its callers when it finds itself wrong; `xl info` may say more");
        }
        check_answer(answer);
        return answer;
    } catch (...) {
        sdk::end_process(host, id);
        throw;
    }
}

}  // namespace runphi::xen

// SPDX-License-Identifier: Apache-2.0
#include "fake/partition/sessions.hpp"

#include <algorithm>
#include <utility>

#include "fake/partition/frame.hpp"

namespace fake {

namespace {

constexpr std::size_t output_buffer = 64U << 10;

std::uint32_t cost_of(std::size_t bytes) {
    return std::max<std::uint32_t>(RUNPHI_AGENT_FRAME_COST, static_cast<std::uint32_t>(bytes));
}

// The records of one key, in order.
std::vector<std::string> values_of(std::string_view description, std::string_view key) {
    std::vector<std::string> values;
    while (!description.empty()) {
        const auto record = description.substr(0, description.find('\0'));
        if (record.starts_with(std::string(key) + "=")) {
            values.emplace_back(record.substr(key.size() + 1));
        }
        description.remove_prefix(std::min(description.size(), record.size() + 1));
    }
    return values;
}

std::uint64_t number(const std::string& word) {
    std::uint64_t value = 0;
    for (const char c : word) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return value;
}

}  // namespace

void Sessions::take(std::uint8_t type, std::string_view payload) {
    if (payload.size() < 4 || betrayal_ == "silent") return;
    const auto id = static_cast<std::uint32_t>(little_endian(payload.substr(0, 4)));
    const auto fields = payload.substr(4);
    const auto known = all_.find(id);
    if (type == RUNPHI_AGENT_CLOSE) {
        all_.erase(id);
    } else if (known != all_.end()) {
        take_for(id, known->second, type, fields);
    } else if (type == RUNPHI_AGENT_OPEN && fields.size() == 4) {
        open(id, fields);
    } else if (type == RUNPHI_AGENT_STATS) {
        send(RUNPHI_AGENT_STATISTICS, id, "memory_total 1048576\nprocesses 1\n");
    }
}

void Sessions::open(std::uint32_t id, std::string_view fields) {
    Process& process = all_[id];
    process.length = static_cast<std::size_t>(little_endian(fields));
    process.credit[1] = process.credit[2] = RUNPHI_AGENT_WINDOW;
}

void Sessions::start(std::uint32_t id, Process& process) {
    process.args = values_of(process.description, "arg");
    static constexpr const char* programs[] = {"cat",  "print", "complain", "flood", "exit",
                                               "show", "size",  "trap",     "sleep"};
    const std::string& name = process.args.at(0);
    const auto copies = values_of(process.description, "copy");
    if (!copies.empty()) {
        process.copy = copies[0];
        if (process.copy == "in")
            process.copy_size = number(values_of(process.description, "copysize").at(0));
    }
    if (copies.empty() &&
        std::find(std::begin(programs), std::end(programs), name) == std::end(programs)) {
        send(RUNPHI_AGENT_FAILED, id,
             std::string(1, 127) + "exec: \"" + name + "\": executable file not found in $PATH");
        all_.erase(id);
        return;
    }
    process.started = true;
    send(RUNPHI_AGENT_STARTED, id, u32(1000 + id));
    if (!betrayal_.empty()) tell_tales(id);
}

void Sessions::take_for(std::uint32_t id, Process& process, std::uint8_t type,
                        std::string_view fields) {
    if (type == RUNPHI_AGENT_DESCRIBE) {
        process.description += fields;
        if (process.description.size() == process.length) start(id, process);
    } else if (type == RUNPHI_AGENT_DATA && !fields.empty()) {
        process.input += fields.substr(1);
        process.input_ended = fields.size() == 1;
        process.owed += cost_of(fields.size() - 1);
    } else if (type == RUNPHI_AGENT_CREDIT && fields.size() == 5 && fields[0] < 3) {
        process.credit[static_cast<std::size_t>(fields[0])] +=
            static_cast<std::uint32_t>(little_endian(fields.substr(1)));
    } else if (type == RUNPHI_AGENT_SESSION_SIGNAL && fields.size() == 1) {
        process.signal = fields[0];
    } else if (type == RUNPHI_AGENT_SESSION_RESIZE && fields.size() == 4) {
        process.resize = std::to_string(little_endian(fields.substr(0, 2))) + " " +
                         std::to_string(little_endian(fields.substr(2)));
    }
}

void Sessions::run() {
    for (auto at = all_.begin(); at != all_.end();) {
        Process& process = at->second;
        bool over = false;
        if (process.started) {
            do step(process);
            while (send_output(at->first, process));
            over = say_end(at->first, process);
        }
        at = over ? all_.erase(at) : std::next(at);
    }
}

void Sessions::step(Process& process) {
    if (process.status) return;
    const std::string& name = process.args[0];
    const std::string argument = process.args.size() > 1 ? process.args[1] : "";
    std::string& out = process.output[RUNPHI_AGENT_STDOUT];
    if (process.copy == "out") {
        copy_out(process);
    } else if (process.copy == "in") {
        copy_in(process);
    } else if (name == "cat") {
        out += std::exchange(process.input, {});
        if (process.input_ended) process.status = 0;
    } else if (name == "print") {
        out += argument + "\n";
        process.status = 0;
    } else if (name == "complain") {
        process.output[RUNPHI_AGENT_STDERR] += argument + "\n";
        process.status = 0;
    } else if (name == "exit") {
        process.status = static_cast<int>(number(argument));
    } else if (name == "show") {
        for (const char c : process.description) out += c == '\0' ? '\n' : c;
        process.status = 0;
    } else if (name == "flood") {
        const std::uint64_t bytes = number(argument) * 1024;
        for (; process.flooded < bytes && out.size() < output_buffer; process.flooded += 64) {
            out += std::string(63, 'f') + "\n";
        }
        if (process.flooded >= bytes) process.status = 0;
    } else {
        wait_for_event(process);
    }
    if (process.signal && !process.status) process.status = 128 + *process.signal;
}

void Sessions::copy_out(Process& process) {
    const std::string& path = process.args[0];
    std::string& out = process.output[RUNPHI_AGENT_STDOUT];
    std::string& words = process.output[RUNPHI_AGENT_STDERR];
    if (path == "/endless") {
        if (out.size() < output_buffer) out += std::string(4096, 'e');
        return;
    }
    process.status = 0;
    const auto file = files_.find(path);
    if (file != files_.end()) {
        out = file->second.content;
        words = file->second.mode + " " + std::to_string(out.size()) + "\n";
    } else if (path == "/short") {
        out = "short";
        words = "644 100\n";
    } else if (path == "/chatty") {
        words = std::string(1U << 20, 'w');
    } else if (path != "/mute") {
        words = "open " + path + ": no such file or directory";
        process.status = 1;
    }
}

void Sessions::copy_in(Process& process) {
    const std::string path = process.args[0] == "/"
                                 ? "/" + values_of(process.description, "copyname").at(0)
                                 : process.args[0];
    if (path == "/ro") {
        process.output[RUNPHI_AGENT_STDERR] = "create /ro: read-only file system";
        process.status = 1;
    } else if (process.input.size() >= process.copy_size) {
        files_[path] = {values_of(process.description, "copymode").at(0),
                        process.input.substr(0, process.copy_size)};
        process.status = 0;
    }
}

void Sessions::wait_for_event(Process& process) {
    const std::string& name = process.args[0];
    std::string& out = process.output[RUNPHI_AGENT_STDOUT];
    if (name != "sleep" && !std::exchange(process.greeted, true)) out += "ready\n";
    if (name == "size" && !process.resize.empty()) {
        out += process.resize + "\n";
        process.status = 0;
    } else if (name == "trap" && process.signal) {
        out += "signal " + std::to_string(*process.signal) + "\n";
        process.status = 0;
    }
}

// True when something was sent, so that the program may go on.
bool Sessions::send_output(std::uint32_t id, Process& process) {
    bool sent = false;
    for (const int stream : {RUNPHI_AGENT_STDOUT, RUNPHI_AGENT_STDERR}) {
        std::string& waiting = process.output[stream];
        std::uint32_t& credit = process.credit[stream];
        while (!waiting.empty() && credit >= RUNPHI_AGENT_FRAME_COST) {
            const std::size_t count = std::min<std::size_t>(
                {waiting.size(), RUNPHI_AGENT_DATA_MAX, static_cast<std::size_t>(credit)});
            send(RUNPHI_AGENT_DATA, id,
                 std::string(1, static_cast<char>(stream)) + waiting.substr(0, count));
            waiting.erase(0, count);
            credit -= cost_of(count);
            sent = true;
        }
    }
    // What is copied in is kept, and has been handed on.
    const bool taken = process.input.empty() || process.copy == "in";
    if (process.owed >= RUNPHI_AGENT_WINDOW / 2 && taken && betrayal_ != "stingy") {
        send(RUNPHI_AGENT_CREDIT, id,
             std::string(1, RUNPHI_AGENT_STDIN) + u32(std::exchange(process.owed, 0)));
    }
    return sent;
}

bool Sessions::say_end(std::uint32_t id, const Process& process) {
    if (!process.status || !process.output[1].empty() || !process.output[2].empty()) return false;
    send(RUNPHI_AGENT_EXITED, id, std::string(1, static_cast<char>(*process.status)));
    return true;
}

void Sessions::send(std::uint8_t type, std::uint32_t id, std::string_view fields) {
    agent_.write(frame_of(type, u32(id).append(fields)));
}

void Sessions::tell_tales(std::uint32_t id) {
    const std::string much = std::string(1, RUNPHI_AGENT_STDOUT) + std::string(4000, 'x');
    if (betrayal_ == "overrun") {
        for (int i = 0; i < 4096; ++i) send(RUNPHI_AGENT_DATA, id, much);
    } else if (betrayal_ == "strangers") {
        for (std::uint32_t other = 0; other < 2000; ++other) {
            if (other == id) continue;
            send(RUNPHI_AGENT_DATA, other, much);
            send(RUNPHI_AGENT_EXITED, other + (1U << 31U), std::string(1, 3));
        }
    } else if (betrayal_ == "nonsense") {
        agent_.write(frame_of(RUNPHI_AGENT_EXITED, "\1"));
        send(RUNPHI_AGENT_DATA, id, {});
        send(RUNPHI_AGENT_CREDIT, id, "x");
    } else if (betrayal_ == "double") {
        send(RUNPHI_AGENT_EXITED, id, std::string(1, 3));
        send(RUNPHI_AGENT_EXITED, id, std::string(1, 4));
    }
}

}  // namespace fake

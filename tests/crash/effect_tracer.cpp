// SPDX-License-Identifier: Apache-2.0
#include "effect_tracer.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

namespace phi::test {

namespace {

// System calls that always have an effect outside the process.
const std::map<long, const char*> effects{
    {SYS_write, "write"},
    {SYS_pwrite64, "pwrite64"},
    {SYS_writev, "writev"},
    {SYS_sendfile, "sendfile"},
    {SYS_ftruncate, "ftruncate"},
    {SYS_mkdirat, "mkdirat"},
    {SYS_renameat2, "renameat2"},
    {SYS_renameat, "renameat"},
    {SYS_unlinkat, "unlinkat"},
    {SYS_linkat, "linkat"},
    {SYS_symlinkat, "symlinkat"},
#ifdef SYS_mkdir
    {SYS_mkdir, "mkdir"},
    {SYS_rename, "rename"},
    {SYS_unlink, "unlink"},
    {SYS_rmdir, "rmdir"},
    {SYS_fork, "fork"},
    {SYS_vfork, "vfork"},
#endif
    {SYS_clone, "clone"},
    {SYS_clone3, "clone3"},
    {SYS_execve, "execve"},
    {SYS_kill, "kill"},
    {SYS_pidfd_send_signal, "pidfd_send_signal"},
    {SYS_sendmsg, "sendmsg"},
    {SYS_sendto, "sendto"},
    {SYS_connect, "connect"},
    {SYS_mount, "mount"},
    {SYS_umount2, "umount2"},
    {SYS_setns, "setns"},
    {SYS_unshare, "unshare"},
    {SYS_fchmod, "fchmod"},
    {SYS_fchmodat, "fchmodat"},
    {SYS_flock, "flock"},
};

// The name of the effect that the call about to be made has, or nullptr.
const char* effect_of(const __ptrace_syscall_info& call) {
    const auto number = static_cast<long>(call.entry.nr);
    if (number == SYS_openat && (call.entry.args[2] & O_CREAT) != 0) return "openat(O_CREAT)";
    const auto found = effects.find(number);
    return found == effects.end() ? nullptr : found->second;
}

class Tracer {
  public:
    Tracer(pid_t program, const TraceOptions& options) : program_(program), options_(options) {
        if (options.victim == Victim::command) victim_ = program;
        if (options.victim == Victim::living) {
            victim_ = options.living;
            traced_.insert(victim_);
        }
    }

    Trace run() {
        int status = 0;
        while (!program_ended_) {
            const pid_t pid = ::waitpid(-1, &status, __WALL);
            if (pid < 0) break;
            stopped(pid, status);
        }
        // What is still traced goes on without us: the tracer's end detaches it only if it lives.
        for (const pid_t pid : traced_) {
            ::kill(pid, SIGSTOP);
            ::waitpid(pid, &status, __WALL);
            ::ptrace(PTRACE_DETACH, pid, 0, 0);
            ::kill(pid, SIGCONT);
        }
        return trace_;
    }

  private:
    void stopped(pid_t pid, int status) {
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            traced_.erase(pid);
            if (pid != program_) return;
            program_ended_ = true;
            trace_.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
            return;
        }
        if (pid != program_ && pid != victim_) {
            // A child's first stop may be seen before its parent's fork: it waits until that is.
            early_.insert(pid);
            return;
        }
        const int event = status >> 16;
        if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
            event == PTRACE_EVENT_CLONE) {
            forked(pid);
        } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            if (at_system_call(pid)) return;
        } else if (event == 0 && WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
            resume(pid, WSTOPSIG(status));
            return;
        }
        resume(pid, 0);
    }

    void forked(pid_t parent) {
        unsigned long child = 0;
        ::ptrace(PTRACE_GETEVENTMSG, parent, 0, &child);
        int status = 0;
        const auto pid = static_cast<pid_t>(child);
        if (early_.erase(pid) == 0) ::waitpid(pid, &status, __WALL);
        const bool first = options_.victim == Victim::monitor && victim_ == 0 && parent == program_;
        if (!first) {
            ::ptrace(PTRACE_DETACH, pid, 0, 0);
            return;
        }
        victim_ = pid;
        traced_.insert(pid);
        resume(pid, 0);
    }

    // True when the victim was killed.
    bool at_system_call(pid_t pid) {
        if (pid != victim_) return false;
        __ptrace_syscall_info call{};
        ::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof call, &call);
        if (call.op != PTRACE_SYSCALL_INFO_ENTRY) return false;
        const char* effect = effect_of(call);
        if (effect == nullptr) return false;
        if (options_.kill_at == trace_.effects) {
            trace_.killed = true;
            trace_.last = effect;
            if (options_.instead) {
                options_.instead();
                ++trace_.effects;
                return false;
            }
            ::kill(pid, SIGKILL);
            return true;
        }
        ++trace_.effects;
        return false;
    }

    static void resume(pid_t pid, int signal) { ::ptrace(PTRACE_SYSCALL, pid, 0, signal); }

    pid_t program_;
    TraceOptions options_;
    pid_t victim_ = 0;
    std::set<pid_t> traced_;  // besides the program
    std::set<pid_t> early_;
    bool program_ended_ = false;
    Trace trace_;
};

constexpr long follow = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                        PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;

// Waits for its first stop and lets it run to its first system call.
void begin(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, __WALL);
    ::ptrace(PTRACE_SETOPTIONS, pid, 0, follow);
    ::ptrace(PTRACE_SYSCALL, pid, 0, 0);
}

[[noreturn]] void become(const std::vector<std::string>& argv, const std::vector<std::string>& env,
                         const std::string& output) {
    std::vector<char*> args;
    std::vector<char*> vars;
    for (const auto& arg : argv) args.push_back(const_cast<char*>(arg.c_str()));
    for (const auto& var : env) vars.push_back(const_cast<char*>(var.c_str()));
    args.push_back(nullptr);
    vars.push_back(nullptr);
    const int in = ::open("/dev/null", O_RDONLY);
    const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::close(in);
    ::close(out);
    ::ptrace(PTRACE_TRACEME, 0, 0, 0);
    ::raise(SIGSTOP);
    ::execve(args[0], args.data(), vars.data());
    ::_exit(127);
}

}  // namespace

Trace trace_effects(const std::vector<std::string>& argv, const std::vector<std::string>& env,
                    const TraceOptions& options) {
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("fork");
    if (pid == 0) become(argv, env, options.output);
    if (options.victim == Victim::living) {
        if (::ptrace(PTRACE_ATTACH, options.living, 0, 0) != 0) {
            throw std::runtime_error("there is no living process " +
                                     std::to_string(options.living) + " to trace");
        }
        begin(options.living);
    }
    begin(pid);
    return Tracer(pid, options).run();
}

}  // namespace phi::test

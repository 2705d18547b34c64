// SPDX-License-Identifier: Apache-2.0
// runphi-plugin-check: does a backend hold the plugin contract?
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "checks.hpp"
#include "options.hpp"
#include "surroundings.hpp"

namespace check {

namespace {

void run_all(Report& report, const Options& options, const std::string& dir) {
    const std::string cache = dir + "/cache";
    const std::string work = dir + "/work";
    ::mkdir(cache.c_str(), 0700);
    ::mkdir(work.c_str(), 0700);
    Host host(options, cache);
    Bench bench{report, options, host, work, {}, 0, {}, {}};
    if (!check_entry(bench) || !check_detection(bench)) return;
    check_absent(bench);
    if (!check_planning(bench)) return;
    check_lifecycle(bench);
}

// In a process of its own, so that a plugin that crashes costs one line and not the report.
int supervise(const Options& options) {
    std::printf("runphi-plugin-check: %s, plugin ABI %d.%d\n", options.plugin.c_str(),
                RUNPHI_ABI_MAJOR, RUNPHI_ABI_MINOR);
    std::fflush(stdout);
    Report report;
    const TemporaryDirectory dir;
    const pid_t supervisor = ::getpid();
    const pid_t worker = ::fork();
    if (worker == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != supervisor) ::_exit(1);
        try {
            run_all(report, options, dir.path());
            ::_exit(0);
        } catch (const Failure& failure) {
            report.crashed(failure.why);
        } catch (const std::exception& error) {
            report.crashed(error.what());
        }
        std::fflush(stdout);
        ::_exit(0);
    }
    int status = 0;
    if (worker < 0 || ::waitpid(worker, &status, 0) < 0) throw runphi::sdk::os_error("fork");
    if (WIFSIGNALED(status)) {
        report.crashed(std::string("the plugin crashed: ") + ::strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != 0) {
        report.crashed("the plugin ended the process");
    }
    return report.summarize() ? 0 : 1;
}

}  // namespace

}  // namespace check

int main(int argc, char** argv) {
    check::Options options;
    if (const auto status = check::parse_options(argc, argv, options)) return *status;
    try {
        return check::supervise(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "runphi-plugin-check: %s\n", error.what());
        return 2;
    }
}

// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <runphi/sdk/error.hpp>

namespace check {

Report::Report() {
    void* memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw runphi::sdk::os_error("map memory");
    shared_ = static_cast<Shared*>(memory);
}

void Report::line(const char* verdict, const std::string& name, const std::string& why) const {
    std::printf("%-5s %s%s%s\n", verdict, name.c_str(), why.empty() ? "" : ": ", why.c_str());
    std::fflush(stdout);
}

void Report::section(const std::string& title) {
    std::printf("\n%s\n", title.c_str());
    std::fflush(stdout);
}

bool Report::check(const std::string& name, const std::function<void()>& body) {
    std::snprintf(shared_->current, sizeof shared_->current, "%s", name.c_str());
    std::string why;
    try {
        body();
        ++shared_->passed;
        line("ok", name, {});
        shared_->current[0] = '\0';
        return true;
    } catch (const Skip& skipped) {
        skip(name, skipped.why);
        return false;
    } catch (const Failure& failure) {
        why = failure.why;
    } catch (const std::exception& error) {
        why = error.what();
    }
    ++shared_->failed;
    line("FAIL", name, why);
    shared_->current[0] = '\0';
    return false;
}

void Report::skip(const std::string& name, const std::string& why) {
    ++shared_->skipped;
    line("skip", name, why);
    shared_->current[0] = '\0';
}

void Report::crashed(const std::string& how) {
    ++shared_->failed;
    line("FAIL", shared_->current[0] != '\0' ? shared_->current : "between two checks", how);
}

bool Report::summarize() const {
    std::printf("\n%u ok, %u failed, %u skipped\n", shared_->passed, shared_->failed,
                shared_->skipped);
    return shared_->failed == 0 && shared_->passed > 0;
}

}  // namespace check

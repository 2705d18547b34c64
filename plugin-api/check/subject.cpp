// SPDX-License-Identifier: Apache-2.0
#include "subject.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <runphi/sdk/error.hpp>

namespace check {

using runphi::sdk::State;

Subject::Subject(Bench& bench, std::string plan)
    : bench_(bench), plan_(std::move(plan)), dir_(partition_dir(bench)) {
    if (::mkdir(dir_.c_str(), 0700) != 0 && errno != EEXIST) {
        throw runphi::sdk::os_error("mkdir " + dir_);
    }
    dir_fd_.reset(::open(dir_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Place Subject::place(const std::string& handle) const {
    return {partition_name(), dir_, dir_fd_.get(), handle, plan_};
}

Place Subject::name_only() const {
    Place out = place();
    out.plan.clear();
    return out;
}

State Subject::state(const Place& of) const {
    return query(bench_.host, bench_.tables, of).state;
}

void Subject::run(runphi_partition_fn function, const Place& on, const char* what) const {
    act(bench_.host, function, on).expect_ok(what);
}

void Subject::expect(const Place& of, State wanted) const {
    const State found = state(of);
    require(found == wanted,
            std::string("query says ") + to_string(found) + ", not " + to_string(wanted));
}

void Subject::expect_absent() const {
    expect(name_only(), State::absent);
    require(!listed(bench_.host, bench_.tables, place().name), "it is still in the list");
}

void Subject::remove(const Place& here) const {
    run(table().destroy, here, "destroy");
    expect_absent();
}

}  // namespace check

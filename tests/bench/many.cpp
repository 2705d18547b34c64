// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>

#include "bundles.hpp"
#include "core/base/text.hpp"
#include "machine.hpp"
#include "scenes.hpp"

namespace phi::bench {

namespace {

// More of everything than the containers take; the fake hypervisor only counts it.
constexpr const char* wide_board = R"("backend_settings": {"fake": {"board": {
  "format": "runphi.board/1", "name": "wide", "cpus": {"ids": "0-599", "exclusive": true},
  "memory": {"pools": [{"name": "ram", "base": 4294967296, "size": "256G"}], "alignment": 4096,
             "minimum": 1048576}, "limits": {"name_max": 63}}}})";

class Crowd {
  public:
    explicit Crowd(unsigned size)
        : size_(size),
          node_("fake", wide_board),
          runphi_(runphi_of(node_)),
          bundle_(inmate_bundle(node_, "inmate", "spin\n")) {}
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;
    ~Crowd() {
        try {
            for (unsigned i = 0; i < made_; ++i) remove(text("present-", i));
        } catch (const std::exception& error) {
            std::fprintf(stderr, "the containers are not all gone: %s\n", error.what());
        }
        reap();
    }

    void fill() {
        for (; made_ < size_; ++made_) {
            if (made_ % 100 == 0) std::fprintf(stderr, "%u of %u containers\n", made_, size_);
            run_time(runphi_.create(bundle_, text("present-", made_)));
            reap();
        }
    }
    double create_one_more() {
        const double took = run_time(runphi_.create(bundle_, "one-more"));
        remove("one-more");
        return took;
    }
    double state_of_first() { return run_time(runphi_.command({"state", "present-0"})); }
    // Of the last that was made, created and then started.
    double monitor_mib() const { return private_mib(read_pid(runphi_)); }
    void start_last() { run_time(runphi_.command({"start", text("present-", made_ - 1)})); }

  private:
    void remove(const std::string& id) { run_time(runphi_.command({"delete", "--force", id})); }

    unsigned size_;
    unsigned made_ = 0;
    test::Sandbox node_;
    Runtime runphi_;
    std::string bundle_;
};

void measure_memory(Crowd& crowd, Table& table) {
    const std::string title = "monitor's private memory";
    if (test::sanitized()) {
        table.add_missing(title, "fake backend", "built with a sanitizer", false);
        return;
    }
    table.add_figure(title, "fake backend, created", crowd.monitor_mib(), "MiB", 2);
    crowd.start_last();
    table.add_figure(title, "fake backend, running", crowd.monitor_mib(), "MiB", 2);
}

}  // namespace

void measure_many(const Options& options, Table& table) {
    const unsigned number = options.quick ? 100 : 500;
    Crowd one(1), many(number);
    one.fill();
    // A monitor that is alone on the machine shares the program with nobody: the most it can take.
    measure_memory(one, table);
    many.fill();
    std::vector<Contestant> create{
        {text("beside ", number), [&many] { return many.create_one_more(); }},
        {"beside 1", [&one] { return one.create_one_more(); }}};
    interleave("create", options.rounds(30), create);
    table.add("`runphi create`", create);
    std::vector<Contestant> state{
        {text("beside ", number), [&many] { return many.state_of_first(); }},
        {"beside 1", [&one] { return one.state_of_first(); }}};
    interleave("state beside others", options.rounds(60), state);
    table.add("`runphi state`", state);
}

}  // namespace phi::bench

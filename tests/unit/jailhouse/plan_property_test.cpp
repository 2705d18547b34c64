// SPDX-License-Identifier: Apache-2.0
// Whatever machine, grants and order of containers there are: a cell that was planned is one with
// which nothing is wrong beside those that live, and Jailhouse takes it. The generator is seeded: a
// failure prints the seed, and the seed repeats it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "core/base/error.hpp"
#include "core/board/grant_json.hpp"
#include "plugins/jailhouse/check/check.hpp"
#include "plugins/jailhouse/driver/ioctl.hpp"
#include "plugins/jailhouse/format/number_set.hpp"
#include "plugins/jailhouse/format/read.hpp"
#include "plugins/jailhouse/format/write.hpp"
#include "plugins/jailhouse/pools.hpp"
#include "unit/jailhouse/planner.hpp"
#include "unit/jailhouse/random_machine.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

// The caller of the model is this process.
class OwnMemory : public fake_jailhouse::CallerMemory {
    bool read(std::uint64_t address, void* out, std::size_t size) const override {
        std::memcpy(out, reinterpret_cast<const void*>(address), size);
        return true;
    }
};

std::string grant_text(const phi::board::Grant& grant) {
    phi::json::Document memory;
    return phi::json::write(phi::board::grant_value(grant, memory.GetAllocator()));
}

std::set<unsigned> interrupts_of(const Cell& cell) {
    std::set<unsigned> out;
    for (const Irqchip& chip : cell.irqchips) {
        for (unsigned pin = 0; pin < 128; ++pin) {
            if ((chip.pin_bitmap[pin / 32] >> pin % 32 & 1U) != 0) out.insert(chip.pin_base + pin);
        }
    }
    return out;
}

bool is_own_memory(const Region& region) {
    using namespace region_flag;
    return region.size != 0 && (region.flags & (io | comm_region | rootshared)) == 0 &&
           (region.flags & (io_8 | io_16 | io_32 | io_64)) == 0;
}

// Without colours, which strew memory over others'.
void expect_apart(const Cell& one, const Cell& other) {
    const Numbers cpus = numbers_of(one.cpu_set);
    for (const unsigned cpu : numbers_of(other.cpu_set)) {
        EXPECT_EQ(std::count(cpus.begin(), cpus.end(), cpu), 0) << "CPU " << cpu;
    }
    const std::set<unsigned> irqs = interrupts_of(one);
    for (const unsigned irq : interrupts_of(other)) EXPECT_EQ(irqs.count(irq), 0U) << irq;
    for (const Region& a : one.regions) {
        for (const Region& b : other.regions) {
            if (!is_own_memory(a) || !is_own_memory(b)) continue;
            EXPECT_FALSE(extent_of(a.phys_start, a.size).overlaps(extent_of(b.phys_start, b.size)));
        }
    }
}

class Life {
  public:
    explicit Life(std::uint64_t seed)
        : random_(seed), planner_(random_.system, random_.layout), model_(random_.facts) {
        planner_.board = phi::board::write_board(random_.board);
        tell_root_cpus();
    }

    void run(unsigned steps) {
        for (unsigned step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
            if (!held_.empty() && random_.one_in(3)) {
                destroy(random_.below(held_.size()));
            } else {
                add("c" + std::to_string(step));
            }
            tell_root_cpus();
        }
        while (!held_.empty() && !testing::Test::HasFailure()) destroy(0);
        EXPECT_EQ(model_.cells().at(0).cpus.size(), random_.facts.cpus);
    }
    unsigned planned() const { return planned_; }
    unsigned refused() const { return refused_; }

  private:
    void add(const std::string& name) {
        Wish wish;
        wish.partition = name;
        try {
            const auto grant = phi::board::place(random_.board, held_, random_.request());
            wish.grant = grant_text(grant);
            const Cell cell = planner_.cell(wish);
            held_.push_back({name, grant});
            cells_.push_back(cell);
        } catch (const phi::Error&) {
            ++refused_;  // by the core: the board has not got it, or no more
            return;
        } catch (const runphi::sdk::Error& error) {
            EXPECT_NE(error.code(), runphi::sdk::Code::internal) << error.message();
            ++refused_;
            return;
        }
        ++planned_;
        expect_sound();
        create(cells_.back());
    }

    void expect_sound() const {
        for (const Finding& one : check(random_.system, cells_, random_.layout)) {
            EXPECT_NE(one.severity, Severity::error) << one.where << ": " << one.what;
        }
        const Cell& cell = cells_.back();
        for (std::size_t i = 0; i + 1 < cells_.size(); ++i) expect_apart(cells_[i], cell);
        const auto bytes = write_cell(cell, random_.layout);
        EXPECT_TRUE(read_cell(bytes, random_.layout, "cell") == cell);
        for (const Region& region : cell.regions) {
            if (!is_own_memory(region)) continue;
            EXPECT_GE(region.phys_start, random_.facts.ram + (16U << 20)) << "Linux's";
            EXPECT_LE(region.phys_start + region.size, random_.facts.hypervisor);
        }
    }

    void create(const Cell& cell) {
        const std::string config = write_cell(cell, random_.layout);
        EXPECT_EQ(ioctl(request::cell_create, create_argument(config)), 0) << cell.name;
        const auto* made = model_.find(cell.name);
        ASSERT_NE(made, nullptr);
        EXPECT_FALSE(made->truncated);
        ids_.push_back(made->id);
        LoadArgument load(random_.layout, made->id, images_for(cell), {});
        EXPECT_EQ(ioctl(request::cell_load(random_.layout), load.bytes()), 0) << cell.name;
        EXPECT_EQ(ioctl(request::cell_start, cell_argument(made->id)), 0) << cell.name;
        EXPECT_FALSE(model_.dead());
    }

    // At both ends of whatever can be loaded.
    static std::vector<LoadImage> images_for(const Cell& cell) {
        static const std::string bytes = "bytes";
        std::vector<LoadImage> out;
        for (const Region& one : cell.regions) {
            if (!one.has(region_flag::loadable)) continue;
            out.push_back({bytes.data(), bytes.size(), one.virt_start});
            out.push_back({bytes.data(), bytes.size(), one.virt_start + one.size - bytes.size()});
        }
        return out;
    }

    void destroy(std::size_t index) {
        const auto at = static_cast<std::ptrdiff_t>(index);
        EXPECT_EQ(ioctl(request::cell_destroy, cell_argument(ids_[index])), 0);
        held_.erase(held_.begin() + at);
        cells_.erase(cells_.begin() + at);
        ids_.erase(ids_.begin() + at);
    }

    void tell_root_cpus() {
        const auto& cpus = model_.cells().at(0).cpus;
        planner_.set_root_cpus(list_text({cpus.begin(), cpus.end()}));
    }

    fake_jailhouse::Answer ioctl(std::uint32_t number, const std::vector<char>& argument) {
        return model_.ioctl(number, {argument.begin(), argument.end()}, OwnMemory());
    }

    RandomMachine random_;
    Planner planner_;
    fake_jailhouse::Machine model_;
    std::vector<phi::board::Held> held_;
    std::vector<Cell> cells_;  // of the same places
    std::vector<int> ids_;
    unsigned planned_ = 0, refused_ = 0;
};

TEST(PlanProperties, JailhouseTakesWhatWasPlanned) {
    unsigned planned = 0, refused = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Life life(seed);
        life.run(15);
        planned += life.planned();
        refused += life.refused();
        if (testing::Test::HasFailure()) return;
    }
    // The generator must exercise both outcomes, or it proves nothing.
    EXPECT_GT(planned, 900U);
    EXPECT_GT(refused, 500U);
}

}  // namespace
}  // namespace jailhouse_test

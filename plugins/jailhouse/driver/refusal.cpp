// SPDX-License-Identifier: Apache-2.0
#include "refusal.hpp"

namespace runphi::jailhouse {

using sdk::Code;
using sdk::Error;

namespace {

struct Reason {
    Operation operation;
    int number;
    Code code;
    const char* message;
    const char* hint;
};

// What an errno means is said in driver/cell.c and hypervisor/control.c.
constexpr Reason reasons[] = {
    {Operation::create, EINVAL, Code::invalid,
     "the driver does not take this configuration: it is for another Jailhouse, or the hypervisor "
     "refuses something in it",
     "the kernel's log and the hypervisor's console have the reason"},
    {Operation::create, E2BIG, Code::invalid, "the configuration has more than 64 KiB", ""},
    {Operation::create, EEXIST, Code::exists, "there is a cell of that name", ""},
    {Operation::create, EBUSY, Code::busy,
     "it wants a CPU that the root cell has not got, or its last one, or a shared memory device "
     "whose number is taken",
     ""},
    {Operation::create, ENOMEM, Code::no_resource,
     "the hypervisor has no memory left for it, or the configuration is for another Jailhouse",
     "mem_pool_used and mem_pool_size in Jailhouse's folder in sysfs tell how much it has"},
    {Operation::load, EINVAL, Code::invalid,
     "an image does not lie in one region of the cell that is loadable and writable; the cell has "
     "been stopped",
     ""},
    {Operation::load, EBUSY, Code::busy, "the driver cannot map the cell's memory", ""},
    {Operation::load, EFAULT, Code::io, "the file of an image became shorter while it was read",
     ""},
    {Operation::start, EINVAL, Code::invalid, "the hypervisor does not start it", ""},
};

// EPERM: some cell does not agree. A locked one says no to whatever changes another one; one that
// must be asked says no for itself.
Error not_agreed(const std::string& what, const Tree& tree, int id) {
    for (const CellStatus& cell : tree.cells()) {
        if (cell.state != CellState::locked || cell.id == id) continue;
        return Error(
            Code::busy,
            what + ": " + label_of(cell) + " is running and locked, and lets nothing be changed",
            "wait until it unlocks itself, or end it", EPERM);
    }
    return Error(Code::busy, what + ": it does not agree to be stopped",
                 "its software has answered the request to shut down with no", EPERM);
}

}  // namespace

Error refusal(Operation operation, const std::string& what, int number, const Tree& tree, int id) {
    if (!tree.enabled()) {
        return Error(Code::not_found, what + ": Jailhouse has been disabled", {}, number);
    }
    if (number == EPERM) return not_agreed(what, tree, id);
    if (number == ENOENT) {
        return Error(Code::not_found, what + ": there is no such cell any more", {}, number);
    }
    for (const Reason& one : reasons) {
        if (one.operation == operation && one.number == number) {
            return Error(one.code, what + ": " + one.message, one.hint, number);
        }
    }
    return sdk::os_error(what, number);
}

}  // namespace runphi::jailhouse

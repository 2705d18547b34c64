// SPDX-License-Identifier: Apache-2.0
#include "core/backend/library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>
// The only file that knows Boost.DLL: its headers are slow to compile.
#include <runphi/abi.h>

#include <forward_list>

#include "core/base/error.hpp"

namespace phi::backend {

namespace {

using boost::dll::shared_library;

// The dynamic linker's own words out of Boost's message.
std::string linker_words(const std::string& what) {
    static const std::string mark = "(dlerror system message: ";
    const auto at = what.find(mark);
    if (at == std::string::npos) return what;
    const auto begin = at + mark.size();
    return what.substr(begin, what.rfind(')') - begin);
}

const shared_library& keep(shared_library library) {
    // Never destroyed, so never closed.
    static auto* const kept = new std::forward_list<shared_library>();
    kept->push_front(std::move(library));
    return kept->front();
}

}  // namespace

const void* load_entry(const std::string& absolute_path) {
    try {
        using boost::dll::load_mode::type;
        shared_library library(absolute_path,
                               boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
        if (!library.has(RUNPHI_ENTRY_SYMBOL)) {
            throw Error(Code::invalid, absolute_path + " has no symbol " RUNPHI_ENTRY_SYMBOL,
                        "it is not a runPHI backend; a backend exports it with "
                        "RUNPHI_EXPORT_BACKEND of runphi/sdk.hpp");
        }
        return &keep(std::move(library)).get<const unsigned char>(RUNPHI_ENTRY_SYMBOL);
    } catch (const boost::dll::fs::system_error& error) {
        throw Error(Code::invalid, "load " + absolute_path + ": " + linker_words(error.what()),
                    "build the backend for this machine, and install what it links to");
    }
}

}  // namespace phi::backend

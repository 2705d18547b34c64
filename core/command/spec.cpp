// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include "core/base/error.hpp"
#include "core/base/unique_fd.hpp"
#include "core/command/options.hpp"
#include "core/fs/file.hpp"
#include "core/oci/template.hpp"

namespace phi::command {

int spec(const std::string& bundle, bool rootless) {
    const UniqueFd dir(::open(bundle.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!dir) throw os_error("chdir " + bundle);
    try {
        write_new(dir.get(), "config.json", oci::spec_template(oci::template_options(rootless)),
                  0644);
    } catch (const Error& error) {
        if (error.code() != Code::exists) throw;
        throw Error(Code::exists, "File config.json exists. Remove it first");
    }
    return 0;
}

}  // namespace phi::command

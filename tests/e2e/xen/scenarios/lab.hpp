// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/text.hpp"
#include "support/network_lab.hpp"

namespace phi::test {

// A network that an engine could have made for a container. A base before all others: it is there
// before the look for leftovers begins, for ip(8) keeps what it mounts for namespaces.
struct HasLab {
    // Members of config.json.
    std::string in_namespace() const {
        return text("\"linux\": {\"namespaces\": [{\"type\": \"network\", \"path\": \"",
                    lab_.container_path(), "\"}]}");
    }

    NetworkLab lab_;
};

}  // namespace phi::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace phi::oci {

// The features document (runtime-spec, features.md): what of a configuration a partition honours.
// Depends on nothing but the build. Indented by four spaces, with a newline at the end, as `runc
// features` prints it.
std::string features_document(const std::string& backends = {});

// runc's own document with what is ours added: the annotations org.runphi.*, of which
// org.runphi.backends names the installed backends, "qemu,xen", and org.runphi. among the
// annotations that may be unsafe. Throws Error(invalid) if it is no features document.
std::string features_with(const std::string& runc_document, const std::string& backends);

}  // namespace phi::oci

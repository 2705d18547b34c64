// SPDX-License-Identifier: Apache-2.0
// The flags of runc's commands that partitions do not support yet: all are accepted, so that the
// answer is about the command and not about a flag.
#include "core/line/commands.hpp"

namespace phi::line::bind {
namespace {

Bound refused(const char* name) {
    return {[name](const std::vector<std::string>& words) -> Request {
        return Refused{name, words.at(0)};
    }};
}

// What checkpoint and restore share.
void image_flags(Flags& flags) {
    flags.word("--image-path", "directory of the checkpoint's images");
    flags.word("--work-path", "directory for work files and logs");
    flags.toggle("--tcp-established", "allow open TCP connections");
    flags.toggle("--ext-unix-sk", "allow external unix sockets");
    flags.toggle("--shell-job", "allow shell jobs");
    flags.toggle("--lazy-pages", "restore memory on demand with userfaultfd");
    flags.toggle("--file-locks", "handle file locks");
    flags.word("--manage-cgroups-mode", "soft, full, strict or ignore");
    flags.list("--empty-ns", "create this namespace without restoring its properties");
    flags.toggle("--auto-dedup", "deduplicate memory images");
}

}  // namespace

Bound checkpoint(Flags& flags) {
    image_flags(flags);
    flags.word("--parent-path", "directory of an earlier pre-dump's images");
    flags.toggle("--leave-running", "do not stop the container");
    flags.number("--status-fd", "descriptor told when lazy pages are ready (default: -1)");
    flags.word("--page-server", "ADDRESS:PORT of the page server");
    flags.toggle("--pre-dump", "dump the memory only and leave the container running");
    return refused("checkpoint");
}

Bound restore(Flags& flags) {
    image_flags(flags);
    flags.word("--console-socket",
               "AF_UNIX socket that is sent the master end of the container's terminal");
    flags.word("--bundle,-b", "the bundle's directory");
    flags.toggle("--detach,-d", "do not wait for the container");
    flags.word("--pid-file", "file to write the process id to");
    flags.toggle("--no-subreaper", "do not become the reaper of orphaned processes");
    flags.toggle("--no-pivot", "accepted; a partition has no mount namespace to pivot");
    flags.word("--lsm-profile", "TYPE:NAME of the profile to restore with");
    flags.word("--lsm-mount-context", "mount context to restore with");
    return refused("restore");
}

}  // namespace phi::line::bind
